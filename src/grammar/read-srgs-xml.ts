import { childElements, inheritedAttribute, textContent, type XmlElement } from '#xml'
import { readNumber } from './expansion-reader.ts'
import type { Choice, Expansion, Grammar, GrammarMode, Rule } from './grammar.ts'
import { faultAt, type GrammarError, type GrammarErrorCode } from './grammar-error.ts'
import {
  type Bases,
  type LocalReference,
  metaOf,
  requireDefined,
  resolveReference,
  SPECIAL_RULES,
  tagFormatOf,
} from './grammar-header.ts'
import { tokensOf, wordsOf } from './tokens.ts'

const NAMESPACE = 'http://www.w3.org/2001/06/grammar'

/**
 * A file of its own: its header has to be whole (sections 4.2, 4.3, 4.5), its names as section 3.1 wants
 * them, and what is not a rule comes before the rules. Throws `GrammarError`.
 */
export function readSrgsFile(
  root: XmlElement,
  uri: string,
  externals: ReadonlyMap<string, Grammar>,
): Grammar {
  const grammar = readSrgsXml(root, uri, externals)
  if (root.namespace !== NAMESPACE) throw fault(root, `<grammar> is not of ${NAMESPACE}`)
  if (root.attributes.get('version') !== '1.0') throw fault(root, 'The grammar needs version="1.0"')
  if (grammar.mode === 'voice' && !root.attributes.has('xml:lang')) {
    throw fault(root, 'A grammar for voice needs xml:lang')
  }
  let afterRule = false
  for (const child of root.children) {
    if (child.kind === 'text') {
      if (child.text.trim() !== '') throw fault(root, 'Text stands outside the rules')
    } else if (child.local === 'rule') {
      afterRule = true
      requireName(child)
    } else if (afterRule && !isForeign(child)) {
      throw fault(child, `<${child.name}> has to come before the rules`)
    } else requireHeader(child)
  }
  return grammar
}

/**
 * The XML form of SRGS 1.0. Elements are told by their local name, because grammars inside VoiceXML
 * documents often lack the namespace. `externals` is filled by the loader. Throws `GrammarError`.
 */
export function readSrgsXml(
  root: XmlElement,
  uri: string,
  externals: ReadonlyMap<string, Grammar>,
  defaults: { readonly mode?: GrammarMode; readonly language?: string } = {},
): Grammar {
  if (root.local !== 'grammar') throw fault(root, `<${root.name}> is not a <grammar>`)
  const mode = modeOf(root, defaults.mode ?? 'voice')
  const meta = childElements(root, 'meta').map(
    ({ attributes }) => [attributes.get('name') ?? '', attributes.get('content') ?? ''] as const,
  )
  const reader = new Reader(mode, {
    uri,
    declared: inheritedAttribute(root, 'xml:base') ?? meta.find(([name]) => name === 'base')?.[1],
  })
  const rules = new Map<string, Rule>()
  const headerTags: string[] = []
  for (const child of childElements(root)) {
    if (isForeign(child)) continue
    if (child.local === 'rule') {
      const rule = reader.rule(child)
      if (rules.has(rule.id)) throw fault(child, `The rule ${rule.id} is defined twice`)
      rules.set(rule.id, rule)
    } else if (child.local === 'tag') headerTags.push(textContent(child))
    else if (!['meta', 'metadata', 'lexicon'].includes(child.local)) throw unexpected(child)
  }
  const named = root.attributes.get('root')
  const { line, column } = root
  const start = named === undefined ? undefined : { rule: named, line, column }
  requireDefined(rules, start, reader.references)
  return {
    uri,
    mode,
    language:
      mode === 'dtmf' ? '' : (inheritedAttribute(root, 'xml:lang') ?? defaults.language ?? ''),
    tagFormat: tagFormatOf(
      root.attributes.get('tag-format'),
      reader.hasTags || headerTags.length > 0,
    ),
    root: named,
    rules,
    headerTags,
    ...metaOf(meta),
    externals,
  }
}

function modeOf(root: XmlElement, fallback: GrammarMode): GrammarMode {
  const mode = root.attributes.get('mode') ?? fallback
  if (mode === 'voice' || mode === 'dtmf') return mode
  throw fault(root, `The mode of a grammar is voice or dtmf, not ${mode}`)
}

class Reader {
  readonly #mode: GrammarMode
  readonly #bases: Bases
  /** Local references, to be checked when all rules are known. */
  readonly references: LocalReference[] = []
  hasTags = false

  constructor(mode: GrammarMode, bases: Bases) {
    this.#mode = mode
    this.#bases = bases
  }

  rule(element: XmlElement): Rule {
    const id = element.attributes.get('id')
    if (id === undefined || id === '') throw fault(element, 'A rule needs an id')
    if (SPECIAL_RULES.some((name) => name === id)) throw fault(element, `${id} is a special rule`)
    const scope = element.attributes.get('scope') ?? 'private'
    if (scope !== 'private' && scope !== 'public') {
      throw fault(element, `The scope of a rule is public or private, not ${scope}`)
    }
    const expansion = this.#sequence(element)
    const isEmpty = expansion.kind === 'sequence' && expansion.items.length === 0
    const hasContent = childElements(element).some(({ local }) => local !== 'example')
    if (isEmpty && !hasContent) throw fault(element, `The rule ${id} is empty`)
    return { id, scope, expansion }
  }

  /** Section 2.3: what follows one another. */
  #sequence(parent: XmlElement): Expansion {
    const items: Expansion[] = []
    for (const node of parent.children) {
      if (node.kind === 'text') items.push(...tokensOf(node.text, this.#mode, node))
      else if (isForeign(node)) items.push(this.#foreign(node))
      else if (node.local !== 'example') items.push(...this.#element(node))
    }
    const [only] = items
    return items.length === 1 && only !== undefined ? only : { kind: 'sequence', items }
  }

  #element(element: XmlElement): Expansion[] {
    switch (element.local) {
      case 'token':
        return this.#token(element)
      case 'item':
        return [this.#item(element)]
      case 'one-of':
        return [this.#alternatives(element)]
      case 'ruleref':
        return [this.#reference(element)]
      case 'tag':
        this.hasTags = true
        return [{ kind: 'tag', content: textContent(element) }]
      default:
        throw unexpected(element)
    }
  }

  /**
   * Section 5.4 leaves open what becomes of elements of other namespaces. Nobody here can know whether
   * what such an element holds has to be said: it may be.
   */
  #foreign(element: XmlElement): Expansion {
    return { kind: 'repeat', item: this.#sequence(element), min: 0, max: 1 }
  }

  #token(element: XmlElement): Expansion[] {
    const text = textContent(element)
    const [child] = childElements(element)
    if (child !== undefined) throw unexpected(child)
    if (text.includes('"')) throw fault(element, 'A <token> cannot hold a double quote')
    if (this.#mode === 'dtmf') return tokensOf(text, 'dtmf', element)
    const words = wordsOf(text)
    return words.length === 0 ? [] : [{ kind: 'token', words }]
  }

  /** Section 2.5: `repeat` is `n`, `n-` or `n-m`. */
  #item(element: XmlElement): Expansion {
    const item = this.#sequence(element)
    const repeat = element.attributes.get('repeat')
    if (repeat === undefined) return item
    const match = /^\s*(\d+)\s*(?:(-)\s*(\d+)?)?\s*$/.exec(repeat)
    if (match === null) throw fault(element, `${JSON.stringify(repeat)} is no repeat`)
    const [, from, dash, to] = match
    const min = Number(from)
    const max = dash === undefined ? min : to === undefined ? Number.POSITIVE_INFINITY : Number(to)
    if (max < min) throw fault(element, `The repeat ${repeat} ends before it begins`)
    const probability = probabilityOf(element)
    return { kind: 'repeat', item, min, max, ...(probability === undefined ? {} : { probability }) }
  }

  #alternatives(element: XmlElement): Expansion {
    const choices: Choice[] = []
    for (const node of element.children) {
      if (node.kind === 'text') {
        if (node.text.trim() !== '') throw fault(element, 'A <one-of> holds only <item> elements')
      } else if (node.local === 'item') {
        choices.push({ expansion: this.#item(node), weight: weightOf(node) })
      } else throw unexpected(node)
    }
    if (choices.length === 0) throw fault(element, 'A <one-of> needs an <item>')
    return { kind: 'alternatives', choices }
  }

  #reference(element: XmlElement): Expansion {
    const uri = element.attributes.get('uri')
    const special = element.attributes.get('special')
    if ((uri === undefined) === (special === undefined)) {
      throw fault(element, 'A <ruleref> has either uri or special')
    }
    const [child] = element.children
    if (child !== undefined && (child.kind !== 'text' || child.text.trim() !== '')) {
      throw fault(element, 'A <ruleref> is empty')
    }
    if (special !== undefined) {
      const rule = SPECIAL_RULES.find((name) => name === special)
      if (rule === undefined) throw fault(element, `There is no special rule ${special}`)
      return { kind: 'rule', reference: { kind: 'special', rule } }
    }
    const written = (uri ?? '').trim()
    const { line, column } = element
    if (written === '' || written.startsWith('#')) {
      const rule = written.slice(1)
      if (rule === '') throw fault(element, 'The <ruleref> names no rule')
      this.references.push({ rule, line, column })
      return { kind: 'rule', reference: { kind: 'local', rule } }
    }
    const place = { line, column }
    const found = resolveReference(written, this.#bases, place)
    const type = element.attributes.get('type')
    const preferred = type === undefined ? {} : { type }
    return { kind: 'rule', reference: { kind: 'external', ...found, place, ...preferred } }
  }
}

function weightOf(element: XmlElement): number {
  const text = element.attributes.get('weight')
  if (text === undefined) return 1
  const weight = readNumber(text.trim())
  if (weight === undefined) throw fault(element, `${JSON.stringify(text)} is no weight`)
  return weight
}

/** Section 2.5.1. */
function probabilityOf(element: XmlElement): number | undefined {
  const text = element.attributes.get('repeat-prob')
  if (text === undefined) return undefined
  const probability = readNumber(text.trim())
  if (probability === undefined || probability > 1) {
    throw fault(element, `${JSON.stringify(text)} is no probability from 0 to 1`)
  }
  return probability
}

/** Section 3.1: an XML name without `.`, `:` and `-`. */
function requireName(rule: XmlElement): void {
  const id = rule.attributes.get('id') ?? ''
  if (/^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(id)) return
  throw fault(rule, `${JSON.stringify(id)} is no name of a rule`)
}

/** Sections 4.10 and 4.11. */
function requireHeader(element: XmlElement): void {
  const { local, attributes } = element
  if (local === 'lexicon' && !attributes.has('uri')) throw fault(element, 'A <lexicon> needs a uri')
  if (local !== 'meta') return
  if (attributes.has('name') === attributes.has('http-equiv')) {
    throw fault(element, 'A <meta> has either name or http-equiv')
  }
  if (!attributes.has('content')) throw fault(element, 'A <meta> needs a content')
}

/** Of another namespace than its grammar; one without any namespace is the grammar's. */
function isForeign({ namespace, parent }: XmlElement): boolean {
  if (namespace === '' || namespace === NAMESPACE) return false
  for (let above = parent; above !== undefined; above = above.parent) {
    if (above.local === 'grammar') return above.namespace !== namespace
  }
  return true
}

function unexpected(element: XmlElement): GrammarError {
  return fault(element, `<${element.name}> does not belong here`)
}

function fault(element: XmlElement, message: string, code?: GrammarErrorCode): GrammarError {
  return faultAt(element, message, code)
}
