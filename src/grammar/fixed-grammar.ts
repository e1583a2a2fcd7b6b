import type { JsonValue } from '#script'
import type { Expansion, Grammar, GrammarMode } from './grammar.ts'
import { tokensOf } from './tokens.ts'

/**
 * One fixed sequence, for `<option dtmf>`, `<choice dtmf>`, `<link dtmf>` and spoken choices. `phrase`:
 * keys or words, blanks as they come. The interpretation is `value` (default: the phrase).
 * Throws `GrammarError` where keys are no keys.
 */
export function fixedGrammar(mode: GrammarMode, phrase: string, value?: JsonValue): Grammar {
  const items = tokensOf(phrase, mode)
  if (value === undefined) return ruleGrammar(`fixed:${mode}`, mode, { kind: 'sequence', items })
  const tag: Expansion = { kind: 'tag', content: `out = ${JSON.stringify(value)}` }
  return ruleGrammar(`fixed:${mode}`, mode, { kind: 'sequence', items: [...items, tag] })
}

/** A grammar of one rule that is made here and not read. */
export function ruleGrammar(uri: string, mode: GrammarMode, expansion: Expansion): Grammar {
  return {
    uri,
    mode,
    language: '',
    tagFormat: 'semantics/1.0',
    root: 'main',
    rules: new Map([['main', { id: 'main', scope: 'public', expansion }]]),
    headerTags: [],
    externals: new Map(),
  }
}
