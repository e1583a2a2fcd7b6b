import { ENGLISH_NUMBERS, NUMBER_PATTERNS, NUMBER_SCRIPT } from './english-numbers.ts'
import { type SpokenRules, wordList } from './spoken-grammar.ts'

const MONTHS: readonly (readonly [names: string, days: 29 | 30 | 31])[] = [
  ['january | jan', 31],
  ['february | feb', 29],
  ['march | mar', 31],
  ['april | apr', 30],
  ['may', 31],
  ['june | jun', 30],
  ['july | jul', 31],
  ['august | aug', 31],
  ['september | sept | sep', 30],
  ['october | oct', 31],
  ['november | nov', 30],
  ['december | dec', 31],
]

const ORDINALS = (
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth ' +
  'fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'
).split(' ')
const CARDINALS = (
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
  'sixteen seventeen eighteen nineteen'
).split(' ')

/** "March third twenty twenty six", "the third of March", "may 5th, 1989", "march 2026", "3/14/2026". */
export const SPOKEN_DATE: SpokenRules = {
  script: `${NUMBER_SCRIPT}
function written(word) {
  if (word.charAt(4) === "-") return word.split("-").join("")
  var parts = word.split("/")
  return (parts[2] || "????") + padded(Number(parts[0]), 2) + padded(Number(parts[1]), 2)
}`,
  patterns: {
    ...NUMBER_PATTERNS,
    yearFigures: /^(?:1[5-9]|2[01])\d\d$/,
    // As Americans write it: the month comes first.
    dateFigures:
      /^(?:(?:1[5-9]|2[01])\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])(?:\/(?:1[5-9]|2[01])\d\d)?)$/,
  },
  rules: [
    `$main = {var y = "????"; var m = "??"; var d = "??"}
      ( [$weekday] $monthAndDay {m = rules.monthAndDay.m; d = rules.monthAndDay.d} [[of | in] $year {y = rules.year}]
      | $month {m = rules.month} [[of | in] $year {y = rules.year}]
      | [$weekday] the $day31 {d = rules.day31}
      | [in] [the year] $year {y = rules.year} )
      {out = y + m + d}
      | [$weekday] $dateFigures {out = written(rules.dateFigures)};`,
    `$monthAndDay = ${[31, 30, 29]
      .flatMap((days) => [
        `$month${days} [the] $day${days} {out.m = rules.month${days}; out.d = rules.day${days}}`,
        `[the] $day${days} [of] $month${days} {out.m = rules.month${days}; out.d = rules.day${days}}`,
      ])
      .join(' | ')};`,
    '$month = $month31 | $month30 | $month29;',
    ...[31, 30, 29].map((days) => monthsOf(days)),
    daysTo(29),
    `$day30 = $day29 | ${dayNames(30)} {out = "30"};`,
    `$day31 = $day30 | ${dayNames(31)} {out = "31"};`,
    `$year = {var n = 0}
      ( two thousand {n = 2000} [[and] $n99 {n += rules.n99}]
      | ($teen {n = rules.teen * 100} | twenty {n = 2000} | twenty one {n = 2100})
        ( hundred [[and] $n99 {n += rules.n99}] | (oh | o | zero) $n9 {n += rules.n9} | $two {n += rules.two} )
      | $yearFigures {n = Number(rules.yearFigures)}
      | (one {n = 1} | two {n = 2}) ($d {n = n * 10 + Number(rules.d)})<3> )
      {out = padded(n, 4)};`,
    '$weekday = monday | tuesday | wednesday | thursday | friday | saturday | sunday;',
    ...ENGLISH_NUMBERS,
  ],
}

function monthsOf(days: number): string {
  const named = MONTHS.flatMap(([names, length], index) =>
    length === days ? [[`(${names})`, String(index + 1).padStart(2, '0')] as const] : [],
  )
  return wordList(`month${days}`, Object.fromEntries(named))
}

function daysTo(last: number): string {
  const named = Array.from(
    { length: last },
    (_, index) => [dayNames(index + 1), String(index + 1).padStart(2, '0')] as const,
  )
  return wordList('day29', Object.fromEntries(named))
}

/** "Third", "three", "3rd", "3"; "twenty first", "twenty-first", "twenty one". */
function dayNames(day: number): string {
  const tens = day >= 30 ? 'thirty' : 'twenty'
  const unit = day % 10
  const words =
    day < 20
      ? [ORDINALS[day - 1], CARDINALS[day - 1]]
      : unit === 0
        ? [tens.replace(/y$/, 'ieth'), tens]
        : [ORDINALS[unit - 1], CARDINALS[unit - 1]].flatMap((word) => [
            `${tens} ${word}`,
            `${tens}-${word}`,
          ])
  const suffix = { 1: 'st', 2: 'nd', 3: 'rd' }[day >= 11 && day <= 13 ? 0 : unit] ?? 'th'
  return `(${[...words, `${day}${suffix}`, String(day), ...(day < 10 ? [`0${day}`] : [])].join(' | ')})`
}
