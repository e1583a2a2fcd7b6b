import { wordList } from './spoken-grammar.ts'

const DIGITS = 'zero one two three four five six seven eight nine'.split(' ')
const TEENS =
  'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ')
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

const count = (words: readonly string[], from: number, step = 1): Record<string, number> =>
  Object.fromEntries(words.map((word, index) => [word, from + index * step]))

/** `twenty-three`, as one word. */
const HYPHENATED = new RegExp(`^(?:${TENS.join('|')})-(?:${DIGITS.slice(1).join('|')})$`)

/** Rules for numbers as English says them; each yields a number, `$d` and `$fraction` a string. */
export const ENGLISH_NUMBERS: readonly string[] = [
  wordList('d', {
    ...Object.fromEntries(DIGITS.map((word, digit) => [word, String(digit)])),
    oh: '0',
    o: '0',
    ...Object.fromEntries(DIGITS.map((_, digit) => [String(digit), String(digit)])),
  }),
  wordList('n9', count(DIGITS.slice(1), 1)),
  wordList('teen', count(TEENS, 10)),
  wordList('tens', { ...count(TENS, 20, 10), fourty: 40 }),
  '$compound = $hyphenated {out = compound(rules.hyphenated)};',
  // Two digits: what can follow "oh" or a hundred, and what can stand for a minute.
  '$two = $teen | $compound | $tens {out = rules.tens} [$n9 {out += rules.n9}];',
  '$n99 = $n9 | $two;',
  '$hundred = ($n9 {out = rules.n9 * 100} | a {out = 100}) hundred [[and] $n99 {out += rules.n99}];',
  '$hundreds = $two {out = rules.two * 100} hundred [[and] $n99 {out += rules.n99}];',
  '$n999 = $hundred | $n99;',
  '$thousand = ($n999 {out = rules.n999 * 1e3} | a {out = 1e3}) thousand [[and] $n999 {out += rules.n999}];',
  '$below = $thousand | $n999;',
  '$million = ($n999 {out = rules.n999 * 1e6} | a {out = 1e6}) million [[and] $below {out += rules.below}];',
  '$billion = ($n999 {out = rules.n999 * 1e9} | a {out = 1e9}) billion [[and] ($million | $below) {out += rules.latest()}];',
  '$zero = (zero | nought | naught) {out = 0};',
  '$figures = $integerFigures {out = Number(rules.integerFigures.replace(/,/g, ""))};',
  '$int = $zero | $figures | $n999 | $hundreds | $thousand | $million | $billion;',
  '$fraction = {out = ""} (($d {out += rules.d})<1-> | $two {out = String(rules.two)} | $integerFigures {out = rules.latest()});',
]

export const NUMBER_PATTERNS: Readonly<Record<string, RegExp>> = {
  hyphenated: HYPHENATED,
  integerFigures: /^(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})$/,
}

/** The functions that these rules call. */
export const NUMBER_SCRIPT = `
function compound(word) {
  var parts = word.toLowerCase().split("-")
  return ${JSON.stringify(TENS)}.indexOf(parts[0]) * 10 + 21 + ${JSON.stringify(DIGITS.slice(1))}.indexOf(parts[1])
}
function padded(number, width) {
  var text = String(number)
  while (text.length < width) text = "0" + text
  return text
}`

/** `$quantity`, a string: `105.2`, no sign and no leading zero. For `number` and `currency`. */
export const ENGLISH_QUANTITY: readonly string[] = [
  '$portion = [a | one] half {out = "5"} | [a | one] quarter {out = "25"} | three quarters {out = "75"};',
  wordList('scale', { thousand: 1e3, million: 1e6, billion: 1e9 }),
  `$quantity = {var whole = "0"; var part = ""; var scale = 1}
    ( $int {whole = String(rules.int)}
      [ (point | dot) $fraction {part = rules.fraction} [$scale {scale = rules.scale}]
      | and $portion {part = rules.portion} ]
    | (point | dot) $fraction {part = rules.fraction}
    | $portion {part = rules.portion}
    | $decimalFigures {whole = decimal(rules.latest())} )
    {out = scaled(whole, part, scale)};`,
]

export const QUANTITY_PATTERNS: Readonly<Record<string, RegExp>> = {
  ...NUMBER_PATTERNS,
  decimalFigures: /^\d{0,3}(?:,?\d{3}){0,4}\.\d{1,15}$/,
}

export const QUANTITY_SCRIPT = `${NUMBER_SCRIPT}
function decimal(figures) {
  var parts = figures.split(",").join("").split(".")
  var whole = String(Number(parts[0]))
  return parts.length > 1 ? whole + "." + parts[1] : whole
}
function scaled(whole, part, scale) {
  var text = part === "" ? whole : whole + "." + part
  return scale === 1 ? text : String(Math.round(Number(text) * scale))
}`
