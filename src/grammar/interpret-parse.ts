import {
  type JsonValue,
  type ScriptContext,
  ScriptError,
  type ScriptValue,
  type SemanticRule,
  type SemanticStep,
} from '#script'
import type { Grammar, GrammarMode } from './grammar.ts'
import type { Parse } from './match.ts'
import type { ParsedRule } from './parse-tree.ts'
import { SERIALIZE_XML } from './semantic-xml.ts'

/** What the input means to the dialogue. */
export interface Interpretation {
  readonly mode: GrammarMode
  /** The raw input: digits without blanks, words with. */
  readonly utterance: string
  /** SISR's result; the utterance where the grammar has no tags. */
  readonly value: JsonValue
  /** Above 0.5, at most 1: what the grammar itself makes of how well the words fit. */
  readonly confidence: number
}

/**
 * Runs the semantic tags of a parse (SISR 1.0 sections 5 and 6). A script is only entered where there is a
 * tag. Throws `ScriptError` where a tag fails.
 */
export function interpretParse(parse: Parse, script: ScriptContext): Interpretation {
  const { grammar, tree, tokens } = parse
  const utterance = joined(tokens, grammar.mode)
  // A rule that sets `out` to nothing leaves the words.
  const value = semanticValue(tree, script) ?? utterance
  return { mode: grammar.mode, utterance, value, confidence: scoreOf(tree) }
}

/**
 * The interpretations of one input, at most `max` that differ in meaning, in the order of the parses: of
 * the grammars by precedence, of one grammar's readings by preference. Throws `ScriptError` where a
 * tag of the first fails; others that fail are left out, and those for which there is no time.
 */
export function interpretParses(
  parses: readonly Parse[],
  script: ScriptContext,
  max: number,
): (Interpretation & { readonly parse: Parse })[] {
  const found = new Map<string, Interpretation & { readonly parse: Parse }>()
  const begun = script.spentMs
  for (const parse of parses) {
    // Tags may be slow, and readings many: what is found by then has to do.
    if (found.size >= max || (found.size > 0 && script.spentMs - begun > MAX_MS)) break
    try {
      const interpretation = interpretParse(parse, script)
      const key = JSON.stringify([interpretation.mode, interpretation.value])
      if (!found.has(key)) found.set(key, { ...interpretation, parse })
    } catch (thrown) {
      if (found.size === 0 || !(thrown instanceof ScriptError)) throw thrown
    }
  }
  return [...found.values()]
}

const MAX_MS = 100

/** The result as an XML fragment (SISR 1.0 section 7). Throws `ScriptError` as `interpretParse` does. */
export function interpretParseAsXml({ tree }: Parse, script: ScriptContext): string {
  const keys = new Map<Grammar, string>()
  const inner: SemanticStep = { kind: 'rule', rule: semanticRule(tree, keys) }
  // Written where the value lives: what crosses to here is data and has lost what section 7 looks at.
  const outer: SemanticRule = {
    rule: 'xml',
    grammar: '',
    text: textOf(tree),
    score: scoreOf(tree),
    steps: [inner, { kind: 'tag', code: `out = (${SERIALIZE_XML})(rules.latest())` }],
  }
  const value = script.runSemantics({ headers: headersOf(keys), root: outer })
  return typeof value === 'string' ? value : ''
}

/** Without any tag of SISR there is nothing to compute, and no need to enter the sandbox. */
function semanticValue(tree: ParsedRule, script: ScriptContext): ScriptValue {
  if (!hasTags(tree)) return tree.grammar.tagFormat === 'none' ? undefined : defaultValue(tree)
  const keys = new Map<Grammar, string>()
  const root = semanticRule(tree, keys)
  return script.runSemantics({ headers: headersOf(keys), root })
}

function hasTags({ nodes, grammar }: ParsedRule): boolean {
  return nodes.some((node) => {
    if (node.kind === 'rule') return hasTags(node.rule)
    return node.kind === 'tag' && grammar.tagFormat !== 'none'
  })
}

/** Section 5: the value of the last rule that was referred to, or else the words. */
function defaultValue(tree: ParsedRule): string {
  const last = tree.nodes.findLast((node) => node.kind === 'rule')
  return last?.kind === 'rule' ? defaultValue(last.rule) : textOf(tree)
}

/** Section 4.2: global tags are ignored in grammars of string literals. */
function headersOf(keys: ReadonlyMap<Grammar, string>): Record<string, readonly string[]> {
  return Object.fromEntries(
    [...keys].map(([grammar, key]) => [
      key,
      grammar.tagFormat === 'semantics/1.0' ? grammar.headerTags : [],
    ]),
  )
}

function semanticRule(tree: ParsedRule, keys: Map<Grammar, string>): SemanticRule {
  const { rule, grammar, nodes } = tree
  let key = keys.get(grammar)
  if (key === undefined) {
    key = `g${keys.size}`
    keys.set(grammar, key)
  }
  const steps = nodes.flatMap((node): SemanticStep[] => {
    if (node.kind === 'rule') return [{ kind: 'rule', rule: semanticRule(node.rule, keys) }]
    if (node.kind === 'token' || grammar.tagFormat === 'none') return []
    return grammar.tagFormat === 'semantics/1.0-literals'
      ? [{ kind: 'literal', text: literalOf(node.content) }]
      : [{ kind: 'tag', code: node.content }]
  })
  return { rule, grammar: key, text: textOf(tree), score: scoreOf(tree), steps }
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  '0': '\0',
}

/**
 * SISR 1.0 section 3.2.3: the content of a tag as ECMAScript (3rd edition, 7.8.4) reads what stands between
 * quotes.
 *
 * Departs from SRGS 1.0 section 2.6, which keeps white space around it: because authors lay out their tags,
 * blanks at its ends are not taken for meant.
 */
function literalOf(content: string): string {
  const written = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(\r\n|[\s\S]))/g
  return content.trim().replaceAll(written, (_, byte, unit, other: string | undefined) => {
    const code: unknown = byte ?? unit
    if (typeof code === 'string') return String.fromCharCode(Number.parseInt(code, 16))
    return ESCAPES[other ?? ''] ?? other ?? ''
  })
}

/**
 * SISR 1.0 section 3.1 leaves the score to the processor. In text nothing can be misheard: what is uncertain
 * is what the grammar takes for GARBAGE, so the score falls from 1 towards 0.5 as the share of such words
 * grows. Not below: an author who wrote GARBAGE means to be understood at the usual `confidencelevel`.
 */
function scoreOf(tree: ParsedRule): number {
  return tree.heard === 0 ? 1 : (1 + wordsOf(tree).length / tree.heard) / 2
}

function textOf(tree: ParsedRule): string {
  return joined(wordsOf(tree), tree.grammar.mode)
}

function wordsOf({ nodes }: ParsedRule): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'token') return [...node.words]
    return node.kind === 'rule' ? wordsOf(node.rule) : []
  })
}

function joined(words: readonly string[], mode: GrammarMode): string {
  return words.join(mode === 'dtmf' ? '' : ' ')
}
