import {
  ENGLISH_NUMBERS,
  ENGLISH_QUANTITY,
  QUANTITY_PATTERNS,
  QUANTITY_SCRIPT,
} from './english-numbers.ts'
import type { SpokenRules } from './spoken-grammar.ts'

/** "One hundred and five point two", "minus three", "one two three", "one twenty three", "105.2". */
export const SPOKEN_NUMBER: SpokenRules = {
  script: `${QUANTITY_SCRIPT}
function signed(figures) { return figures.charAt(0) + decimal(figures.slice(1)) }`,
  patterns: { ...QUANTITY_PATTERNS, signedFigures: /^[+-]\d{1,15}(?:\.\d{1,15})?$/ },
  rules: [
    `$main = {var sign = ""}
      [(minus | negative) {sign = "-"} | (plus | positive) {sign = "+"}]
      ( $quantity {out = rules.quantity} | $series {out = rules.series} | $pair {out = rules.pair} )
      {out = sign + out}
      | $signedFigures {out = signed(rules.signedFigures)};`,
    '$series = {out = ""} ($d {out += rules.d})<2-15> {out = decimal(out)} [(point | dot) $fraction {out += "." + rules.fraction}];',
    '$pair = $n99 {out = String(rules.n99)} $two {out += rules.two};',
    ...ENGLISH_QUANTITY,
    ...ENGLISH_NUMBERS,
  ],
}
