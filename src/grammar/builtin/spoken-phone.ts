import { ENGLISH_NUMBERS, NUMBER_PATTERNS, NUMBER_SCRIPT } from './english-numbers.ts'
import type { SpokenRules } from './spoken-grammar.ts'

/** "Eight hundred five five five, one two three four, extension seven eight nine", "800-555-1234". */
export const SPOKEN_PHONE: SpokenRules = {
  script: NUMBER_SCRIPT,
  patterns: { ...NUMBER_PATTERNS, phoneFigures: /^\+?[().-]{0,2}\d[\d().-]{0,24}$/ },
  rules: [
    `$main = [plus] $run {out = rules.run} [(extension | ext | x) $run {out += "x" + rules.run}];`,
    '$run = {out = ""} ([dash | hyphen | dot | area code] $group {out += rules.group})<1->;',
    `$group = $d
      | double $d {out = rules.d + rules.d}
      | triple $d {out = rules.d + rules.d + rules.d}
      | $two {out = String(rules.two)}
      | $n9 {out = rules.n9 + "00"} hundred
      | $n9 {out = rules.n9 + "000"} thousand
      | $phoneFigures {out = rules.phoneFigures.replace(/[^0-9]/g, "")};`,
    ...ENGLISH_NUMBERS,
  ],
}
