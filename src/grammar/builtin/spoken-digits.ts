import { ENGLISH_NUMBERS } from './english-numbers.ts'
import type { SpokenRules } from './spoken-grammar.ts'

/** Beyond it lengths are counted in words: nobody says "double" in the middle of so many digits. */
const COUNTED = 64

/** "Two oh seven", "two double five eight"; `min` to `max` digits. */
export function spokenDigits(min: number, max: number): SpokenRules {
  const digits = ENGLISH_NUMBERS.slice(0, 1)
  const last = Number.isFinite(max) ? max : min
  if (last > COUNTED) {
    const range = `<${min}-${Number.isFinite(max) ? max : ''}>`
    return { rules: [`$main = {out = ""} ($d {out += rules.d})${range};`, ...digits] }
  }
  // One rule for each count of digits that are still to come; the last ones repeat where there is no end.
  const rules = Array.from({ length: last + 1 }, (_, count) => {
    const next = (more: number): string | undefined => {
      const reached = count + more
      if (reached <= last) return `$s${reached}`
      return Number.isFinite(max) ? undefined : `$s${last}`
    }
    const ways = [
      [next(1), '$d {out = rules.d}'],
      [next(2), 'double $d {out = rules.d + rules.d}'],
      [next(3), 'triple $d {out = rules.d + rules.d + rules.d}'],
    ].flatMap(([rule, words]) =>
      rule === undefined ? [] : [`${words} ${rule} {out += rules.${rule.slice(1)}}`],
    )
    const done = count >= min ? ['{out = ""}'] : []
    return `$s${count} = ${[...ways, ...done].join(' | ')};`
  })
  const most = Number.isFinite(max) ? max : COUNTED
  const figures = most < 2 ? /^\d$/ : new RegExp(`^\\d{${Math.max(min, 2)},${most}}$`)
  return { patterns: { figures }, rules: ['$main = $s0 | $figures;', ...rules, ...digits] }
}
