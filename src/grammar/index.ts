export { builtinGrammar } from './builtin-grammar.ts'
export { fixedGrammar } from './fixed-grammar.ts'
export type {
  Choice,
  Expansion,
  Grammar,
  GrammarMode,
  Rule,
  RuleReference,
  TagFormat,
} from './grammar.ts'
export { GrammarError, type GrammarErrorCode } from './grammar-error.ts'
export {
  type Interpretation,
  interpretParse,
  interpretParseAsXml,
  interpretParses,
} from './interpret-parse.ts'
export {
  type GrammarFetch,
  type GrammarOptions,
  loadGrammar,
  loadInlineGrammar,
} from './load-grammar.ts'
export {
  type ActiveGrammar,
  type Match,
  Matcher,
  type MatchKind,
  matchTokens,
  type Parse,
} from './match.ts'
export { formatParse, type ParsedNode, type ParsedRule } from './parse-tree.ts'
export type { FetchedGrammar } from './read-grammar.ts'
export { inputTokens } from './tokens.ts'
