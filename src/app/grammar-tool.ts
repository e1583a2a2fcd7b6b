import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { OutdialError, silentLogger, systemClock } from '#base'
import {
  type FetchedGrammar,
  formatParse,
  type Grammar,
  GrammarError,
  inputTokens,
  interpretParse,
  interpretParseAsXml,
  loadGrammar,
  matchTokens,
  type Parse,
} from '#grammar'
import { createScriptEngine } from '#script'
import { addressOf, openFetch } from './try-resources.ts'

export interface GrammarInput {
  /** Words, or keys with or without blanks between. */
  readonly input: string
  /** The rules to activate; none: the root, or else the first public rule. */
  readonly rules: readonly string[]
  /** Whether the interpretation is wanted as XML too. */
  readonly xml?: boolean
}

/** What the command prints, as it stands with `--json`. */
export type GrammarAnswer = GrammarMatched | { readonly match: 'reject' } | GrammarRefused

export interface GrammarMatched {
  readonly match: 'match' | 'match-may-grow'
  /** SRGS appendix H. */
  readonly parse: string
  /** SISR's result; null where a tag failed. */
  readonly interpretation: unknown
  /** The same as SISR section 7 writes it, where it was asked for. */
  readonly xml?: string
  readonly interpretationError?: Fault
}

export interface GrammarRefused {
  readonly error: Fault & {
    /** The grammar at fault: the one asked for, or one that it refers to. */
    readonly uri: string
    /** From 1; 1 and 1 where the grammar as a whole is to blame. */
    readonly line: number
    readonly column: number
  }
}

interface Fault {
  readonly code: string
  readonly message: string
}

/** Matches one input against a grammar (a URL, a file's path, a `builtin:` type) with all it refers to. */
export async function tryGrammar(named: string, options: GrammarInput): Promise<GrammarAnswer> {
  const uri = named.startsWith('builtin:') ? named : addressOf(named)
  try {
    const { active, mode } = await activate(uri, options.rules)
    const { kind, parses } = matchTokens(active, inputTokens(options.input, mode))
    const [parse] = parses
    if (parse === undefined || kind === 'none' || kind === 'prefix') return { match: 'reject' }
    return { match: kind, parse: formatParse(parse.tree), ...(await interpret(parse, options)) }
  } catch (thrown) {
    if (!(thrown instanceof OutdialError)) throw thrown
    const { code, message } = thrown
    const whole = { line: 1, column: 1 }
    const fault = thrown instanceof GrammarError ? thrown.within(uri, whole) : { uri, ...whole }
    const { line, column } = fault.line > 0 ? fault : whole
    return { error: { code, message, uri: fault.uri, line, column } }
  }
}

async function activate(
  uri: string,
  rules: readonly string[],
): Promise<{ active: { grammar: Grammar; rule?: string }[]; mode: Grammar['mode'] }> {
  const { grammar, rule } = await loadGrammar(uri, { fetch: fetchGrammar })
  // Whoever tries a grammar out may look at its private rules too.
  if (rules.length > 0) {
    // ABNF writes the name of a rule with a $.
    const names = rules.map((each) => each.replace(/^\$/, ''))
    return { active: names.map((each) => ({ grammar, rule: each })), mode: grammar.mode }
  }
  return { active: [rule === undefined ? { grammar } : { grammar, rule }], mode: grammar.mode }
}

async function interpret(
  parse: Parse,
  { xml = false }: GrammarInput,
): Promise<Pick<GrammarMatched, 'interpretation' | 'xml' | 'interpretationError'>> {
  const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })
  const script = await engine.createContext()
  try {
    const interpretation = interpretParse(parse, script).value
    return { interpretation, ...(xml ? { xml: interpretParseAsXml(parse, script) } : {}) }
  } catch (thrown) {
    if (!(thrown instanceof OutdialError)) throw thrown
    const { code, message } = thrown
    return { interpretation: null, interpretationError: { code, message } }
  } finally {
    script.dispose()
  }
}

/** A file has no media type: what it is, its content tells. */
async function fetchGrammar(uri: string): Promise<FetchedGrammar> {
  if (uri.startsWith('file:')) {
    return { uri, contentType: '', body: await readFile(fileURLToPath(uri)) }
  }
  const { url, status, headers, body } = await openFetch()({
    url: uri,
    method: 'GET',
    timeoutMs: FETCH_MS,
    maxBytes: GRAMMAR_MAX_BYTES,
  })
  if (status !== 200) throw new OutdialError('fetch-failed', `${uri} answered ${status}`)
  return { uri: url, contentType: headers['content-type'] ?? '', body }
}

const FETCH_MS = 10_000
const GRAMMAR_MAX_BYTES = 5_000_000
