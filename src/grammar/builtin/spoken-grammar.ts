import type { Grammar, Rule } from '../grammar.ts'
import { readAbnf } from '../read-abnf.ts'

/** The rules of a builtin type in ABNF with SISR tags, its root `$main`. */
export interface SpokenRules {
  readonly rules: readonly string[]
  /** Functions that the tags call. */
  readonly script?: string
  /** Rules of one word that no list can hold, as it is compared: `2026`. */
  readonly patterns?: Readonly<Record<string, RegExp>>
}

/** Made of its text as any other ABNF grammar; only the patterns are put in afterwards. */
export function spokenGrammar(uri: string, { rules, script, patterns = {} }: SpokenRules): Grammar {
  const placeholders = Object.keys(patterns).map((name) => `$${name} = $VOID;`)
  const header = script === undefined ? [] : [`{!{${script}}!};`]
  const text = [
    '#ABNF 1.0;',
    'language en;',
    'root $main;',
    'tag-format <semantics/1.0>;',
    ...header,
    ...rules,
    ...placeholders,
  ].join('\n')
  const grammar = readAbnf(text, uri, new Map())
  const matching = Object.entries(patterns).map(([id, pattern]): [string, Rule] => [
    id,
    { id, scope: 'private', expansion: { kind: 'pattern', pattern } },
  ])
  return { ...grammar, rules: new Map([...grammar.rules, ...matching]) }
}

/** `$name = phrase {out = value} | …;` */
export function wordList(
  name: string,
  phrases: Readonly<Record<string, string | number | boolean>>,
): string {
  const alternatives = Object.entries(phrases).map(
    ([phrase, value]) => `${phrase} {out = ${JSON.stringify(value)}}`,
  )
  return `$${name} = ${alternatives.join(' | ')};`
}
