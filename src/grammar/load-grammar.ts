import { errorMessage } from '#base'
import { childElements, textContent, type XmlElement } from '#xml'
import { builtinGrammar } from './builtin-grammar.ts'
import type { Expansion, ExternalReference, Grammar, GrammarMode } from './grammar.ts'
import { GrammarError } from './grammar-error.ts'
import { readAbnf } from './read-abnf.ts'
import { type FetchedGrammar, readGrammar } from './read-grammar.ts'
import { readJsgf } from './read-jsgf.ts'
import { readSrgsXml } from './read-srgs-xml.ts'

/** Fetches a grammar; a rejection becomes `GrammarError` with code `grammar-fetch`. */
export type GrammarFetch = (uri: string) => Promise<FetchedGrammar>

export interface GrammarOptions {
  /** For an inline grammar that names no mode, and for JSGF, which cannot. Default `voice`. */
  readonly mode?: GrammarMode
  readonly language?: string
  /** The media type that the author prefers (SRGS section 2.2.2). */
  readonly type?: string
  /** For grammars elsewhere; without it they are refused. */
  readonly fetch?: GrammarFetch
}

/** Grammars that one grammar may pull in, directly and by each other. */
const MAX_EXTERNALS = 100

/**
 * An inline `<grammar>` element with all it refers to: the XML form as elements, ABNF and JSGF as text
 * (VoiceXML 2.0 section 3.1.1.1). Throws `GrammarError`.
 */
export async function loadInlineGrammar(
  element: XmlElement,
  uri: string,
  options: GrammarOptions = {},
): Promise<Grammar> {
  const externals = new Map<string, Grammar>()
  const read = readInline(element, uri, externals, options)
  // VoiceXML wants a root (section 3.1.1.4); where an inline grammar has none, its first rule is meant.
  const root = read.root ?? read.rules.keys().next().value
  if (root === undefined)
    throw new GrammarError('grammar-syntax', 'The grammar has no rule', element)
  const grammar = { ...read, root }
  await loadExternals(grammar, externals, options)
  return grammar
}

/**
 * A grammar by its absolute URI, `builtin:` ones included. `rule` is the one to activate where it is not
 * the root: the fragment's, or the first public one of a grammar that names no root.
 * Throws `GrammarError`.
 */
export async function loadGrammar(
  uri: string,
  options: GrammarOptions = {},
): Promise<{ grammar: Grammar; rule?: string }> {
  const [target = '', rule] = uri.split('#', 2)
  const externals = new Map<string, Grammar>()
  const grammar = await loadOne(target, externals, options)
  await loadExternals(grammar, externals, options)
  if (rule === undefined || rule === '') {
    if (grammar.root !== undefined) return { grammar }
    const open = [...grammar.rules.values()].find(({ scope }) => scope === 'public')
    if (open !== undefined) return { grammar, rule: open.id }
    throw new GrammarError('grammar-undefined-rule', `${uri} has no rule that can be activated`)
  }
  // To activate a root by its name is as good as by none.
  if (rule !== grammar.root) requireRule(grammar, rule)
  return { grammar, rule }
}

function readInline(
  element: XmlElement,
  uri: string,
  externals: ReadonlyMap<string, Grammar>,
  options: GrammarOptions,
): Grammar {
  const text = textContent(element)
  const isText = childElements(element).length === 0 && text.trim() !== ''
  if (!isText) return readSrgsXml(element, uri, externals, options)
  const first = element.children.find(({ kind }) => kind === 'text') ?? element
  const start = { line: first.line, column: first.column }
  const type = (element.attributes.get('type') ?? options.type ?? '').toLowerCase()
  const isAbnf = /^\s*#ABNF/.test(text) || type === 'application/srgs'
  if (isAbnf && !/^\s*#JSGF/.test(text)) return readAbnf(text, uri, externals, start)
  if (/^\s*#JSGF/.test(text) || type === '' || type.includes('jsgf')) {
    const { mode, language } = options
    const declared = element.attributes.get('mode')
    const actual = declared === 'dtmf' || declared === 'voice' ? declared : (mode ?? 'voice')
    return readJsgf(text, uri, externals, {
      start,
      mode: actual,
      ...(language === undefined ? {} : { language }),
    })
  }
  if (type === 'application/srgs+xml') return readSrgsXml(element, uri, externals, options)
  throw new GrammarError('grammar-unsupported', `Grammars of the type ${type} are not read`, start)
}

/** Fetches what is referred to until nothing is missing; grammars may refer to each other. */
async function loadExternals(
  first: Grammar,
  externals: Map<string, Grammar>,
  options: GrammarOptions,
): Promise<void> {
  const waiting = [first]
  for (let grammar = waiting.pop(); grammar !== undefined; grammar = waiting.pop()) {
    for (const reference of externalReferences(grammar)) {
      try {
        const loaded = await loadReferred(reference, grammar, externals, options)
        if (loaded !== undefined) waiting.push(loaded)
      } catch (thrown) {
        if (!(thrown instanceof GrammarError)) throw thrown
        throw thrown.within(grammar.uri, reference.place)
      }
    }
  }
}

/** Sections 2.2.2 and 4.6. What was loaded now; undefined for what is known already. */
async function loadReferred(
  { uri, rule, type }: ExternalReference,
  { mode, language }: Grammar,
  externals: Map<string, Grammar>,
  { fetch }: GrammarOptions,
): Promise<Grammar | undefined> {
  const known = externals.get(uri)
  if (known === undefined && externals.size >= MAX_EXTERNALS) {
    throw new GrammarError('grammar-too-complex', 'The grammar refers to too many others')
  }
  const options = { mode, language, ...(type === undefined ? {} : { type }) }
  const target =
    known ?? (await loadOne(uri, externals, fetch === undefined ? options : { ...options, fetch }))
  externals.set(uri, target)
  if (target.mode !== mode) {
    const message = `A grammar for ${mode} cannot refer to ${uri}, which is for ${target.mode}`
    throw new GrammarError('grammar-mode-mismatch', message)
  }
  if (rule === undefined) requireRoot(target)
  else requireRule(target, rule)
  return known === undefined ? target : undefined
}

/** Section 2.2.2: a reference without a fragment means the root that the grammar names. */
function requireRoot({ root, uri }: Grammar): void {
  if (root !== undefined) return
  throw new GrammarError('grammar-undefined-rule', `${uri} names no root rule`)
}

/** SRGS section 3.2: only public rules can be referred to from outside. */
function requireRule(grammar: Grammar, name: string): void {
  const rule = grammar.rules.get(name)
  if (rule === undefined) {
    throw new GrammarError('grammar-undefined-rule', `${grammar.uri} has no rule ${name}`)
  }
  if (rule.scope !== 'public') {
    throw new GrammarError(
      'grammar-undefined-rule',
      `The rule ${name} of ${grammar.uri} is private`,
    )
  }
}

async function loadOne(
  uri: string,
  externals: ReadonlyMap<string, Grammar>,
  options: GrammarOptions,
): Promise<Grammar> {
  if (uri.startsWith('builtin:')) return builtinGrammar(uri, options.mode)
  const { fetch } = options
  if (fetch === undefined) throw new GrammarError('grammar-fetch', `${uri} cannot be fetched here`)
  let fetched: FetchedGrammar
  try {
    fetched = await fetch(uri)
  } catch (thrown) {
    throw new GrammarError('grammar-fetch', `${uri} cannot be fetched: ${errorMessage(thrown)}`)
  }
  try {
    return readOnce(fetched, externals, options)
  } catch (thrown) {
    // What is wrong with the document as a whole is told where it is referred to.
    throw thrown instanceof GrammarError && thrown.line > 0 ? thrown.within(fetched.uri) : thrown
  }
}

/** By the bytes that they were read from: for as long as a cache keeps those. */
const read = new WeakMap<Uint8Array, Map<string, Grammar>>()

/** A grammar that refers to no other is the same for all who load the same bytes, compiled once too. */
function readOnce(
  fetched: FetchedGrammar,
  externals: ReadonlyMap<string, Grammar>,
  options: GrammarOptions,
): Grammar {
  const { uri, contentType, body } = fetched
  const { type, mode, language } = options
  const key = JSON.stringify([uri, contentType, type, mode, language])
  const readings = read.get(body) ?? new Map<string, Grammar>()
  const known = readings.get(key)
  if (known !== undefined) return known
  const grammar = readGrammar(fetched, externals, options)
  if (externalReferences(grammar).length === 0) read.set(body, readings.set(key, grammar))
  return grammar
}

function externalReferences(grammar: Grammar): ExternalReference[] {
  const found: ExternalReference[] = []
  const walk = (expansion: Expansion): void => {
    if (expansion.kind === 'sequence') expansion.items.forEach(walk)
    else if (expansion.kind === 'alternatives') {
      for (const choice of expansion.choices) walk(choice.expansion)
    } else if (expansion.kind === 'repeat') walk(expansion.item)
    else if (expansion.kind === 'rule' && expansion.reference.kind === 'external') {
      found.push(expansion.reference)
    }
  }
  for (const rule of grammar.rules.values()) walk(rule.expansion)
  return found
}
