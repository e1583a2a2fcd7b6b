import { ENGLISH_NUMBERS, NUMBER_PATTERNS, NUMBER_SCRIPT } from './english-numbers.ts'
import { type SpokenRules, wordList } from './spoken-grammar.ts'

const HOURS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ')
const LATE_HOURS: Readonly<Record<string, number>> = {
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  '(twenty one | twenty-one)': 21,
  '(twenty two | twenty-two)': 22,
  '(twenty three | twenty-three)': 23,
}

/**
 * "Half past two", "two thirty p m", "ten to five in the morning", "noon", "fourteen hundred hours",
 * "oh nine thirty", "2:30 pm". Hours said as a 24-hour clock has them end in `h`; without a half of the
 * day the time is ambiguous, `?`.
 */
export const SPOKEN_TIME: SpokenRules = {
  script: `${NUMBER_SCRIPT}
function clock(hour, minute, mark) { return padded(hour, 2) + padded(minute, 2) + mark }
function twelve(hour, minutes, mark) {
  var total = ((hour % 12) * 60 + minutes + 720) % 720
  return clock(Math.floor(total / 60) || 12, total % 60, mark)
}
function figures(word, half) {
  var parts = word.toLowerCase().split(":")
  var hour = parseInt(parts[0], 10)
  var last = parts[parts.length - 1]
  var mark = last.indexOf("a") > 0 ? "a" : last.indexOf("p") > 0 ? "p" : half
  var minute = parts.length > 1 ? parseInt(parts[1], 10) : 0
  return clock(hour, minute, mark || (hour >= 1 && hour <= 12 ? "?" : "h"))
}`,
  patterns: {
    ...NUMBER_PATTERNS,
    minuteCompound:
      /^(?:twenty|thirty|forty|fifty)-(?:one|two|three|four|five|six|seven|eight|nine)$/,
    minuteFigures: /^[0-5]\d$/,
    spanFigures: /^[1-5]?\d$/,
    hourFigures: /^(?:0?[1-9]|1[0-2])$/,
    clockFigures: /^(?:[01]?\d|2[0-3]):[0-5]\d$/,
    shortClockFigures: /^(?:0?[1-9]|1[0-2]):[0-5]\d$/,
    halfFigures: /^(?:0?[1-9]|1[0-2])(?::[0-5]\d)?[ap]\.?m\.?$/,
  },
  rules: [
    '$main = [at] ($spoken | $relative | $named | $military | $written);',
    `$spoken = {var minute = 0; var half = "?"}
      $hour [$oclock | $minute {minute = rules.minute}] [$half {half = rules.half}]
      {out = twelve(rules.hour, minute, half)};`,
    // A half of the day belongs to what is said, not to the hour that is named: ten to one p m is 12:50 p m.
    `$relative = {var shift = 0; var half = "?"}
      ( $span {shift = rules.span} (past | after)
      | $span {shift = -rules.span} (to | til | till | until | before | of) )
      ( $hour {out = rules.hour} [$oclock] [$half {half = rules.half}]
      | noon {out = 12; half = shift < 0 ? "a" : "p"}
      | midnight {out = 12; half = shift < 0 ? "p" : "a"} )
      {out = twelve(out, shift, half)};`,
    '$named = [twelve] (noon | midday) {out = "1200p"} | [twelve] midnight {out = "1200a"};',
    `$military = {var hour = 0; var minute = 0}
      ( (oh | o | zero) ($n9 {hour = rules.n9} | (zero | oh | o))
        ($minute {minute = rules.minute} | hundred) [hours]
      | (zero | twenty four) hundred [hours]
      | $late {hour = rules.late} ($minute {minute = rules.minute} | hundred) [hours]
      | $late {hour = rules.late} hours
      | $hour {hour = rules.hour} hundred [hours] )
      {out = clock(hour, minute, "h")};`,
    `$written = $clockFigures {out = figures(rules.clockFigures, "")}
      | $shortClockFigures $half {out = figures(rules.shortClockFigures, rules.half)}
      | $halfFigures {out = figures(rules.halfFigures, "")};`,
    `$hour = ${HOURS.map((word, index) => `${word} {out = ${index + 1}}`).join(' | ')}
      | $hourFigures {out = Number(rules.hourFigures)};`,
    wordList('late', LATE_HOURS),
    `$sixty = $teen
      | (twenty {out = 20} | thirty {out = 30} | forty {out = 40} | fifty {out = 50}) [$n9 {out += rules.n9}]
      | $minuteCompound {out = compound(rules.minuteCompound)};`,
    `$minute = $sixty | (oh | o | zero) $n9 | $minuteFigures {out = Number(rules.minuteFigures)};`,
    `$span = half {out = 30} | [a] quarter {out = 15}
      | ($n9 {out = rules.n9} | $sixty {out = rules.sixty} | $spanFigures {out = Number(rules.spanFigures)})
        [minutes | minute];`,
    `$half = (a m | am | a.m. | [early] in the morning) {out = "a"}
      | (p m | pm | p.m. | in the afternoon | in the evening | at night) {out = "p"};`,
    `$oclock = o'clock | oclock | o clock;`,
    ...ENGLISH_NUMBERS,
  ],
}
