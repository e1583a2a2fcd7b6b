import { ExpansionReader } from './expansion-reader.ts'
import type { Expansion, GrammarMode } from './grammar.ts'
import type { LocalReference } from './grammar-header.ts'
import type { JsgfNames } from './jsgf-names.ts'
import type { SourceText } from './source-text.ts'
import { tokensOf } from './tokens.ts'

const UNQUOTED = /[^\s;=|*+<>()[\]{}/"]+/y

/** JSGF sections 5 and 6: tokens, references, unary operators and tags. */
export class JsgfExpansions extends ExpansionReader {
  readonly #mode: GrammarMode
  readonly #names: JsgfNames
  readonly references: LocalReference[] = []
  readonly tags: string[] = []
  #defined: ReadonlySet<string> | undefined

  constructor(source: SourceText, mode: GrammarMode, names: JsgfNames) {
    super(source)
    this.#mode = mode
    this.#names = names
  }

  protected override unit(): Expansion | undefined {
    const { source } = this
    const from = source.position
    if (source.isAt('<')) return this.#reference()
    const quoted = source.match(/"(?:[^"\\]|\\.)*"/y)
    const text = quoted?.replaceAll(/\\(.)/g, '$1') ?? source.match(UNQUOTED)
    if (text === undefined) return undefined
    const items = tokensOf(text, this.#mode, source.placeAt(from))
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'sequence', items }
  }

  /** Section 4.3.1: a number as Java has it, `3.14e3` and `8f` too. */
  protected override weight(text: string): number | undefined {
    const [, number] = /^((?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?)[fd]?$/i.exec(text) ?? []
    const weight = Number(number)
    return Number.isFinite(weight) ? weight : undefined
  }

  /** Section 4.7 and 4.8: `*`, `+` and any number of tags, each to what stands right before it. */
  protected override attached(item: Expansion): Expansion {
    const { source } = this
    let result = item
    for (;;) {
      const before = source.position
      source.skipBlanks()
      if (source.take('*')) result = repeat(result, 0)
      else if (source.take('+')) result = repeat(result, 1)
      else if (source.isAt('{')) {
        result = { kind: 'sequence', items: [result, { kind: 'tag', content: this.#tag() }] }
      } else {
        source.rewind(before)
        return result
      }
    }
  }

  #reference(): Expansion {
    const { source } = this
    const place = source.placeAt(source.position)
    const name = readJsgfReference(source)
    if (name === 'NULL' || name === 'VOID') {
      return { kind: 'rule', reference: { kind: 'special', rule: name } }
    }
    const reference = this.#names.resolve(name, this.#defines(name), place)
    if (reference.kind === 'local') this.references.push({ rule: reference.rule, ...place })
    return { kind: 'rule', reference }
  }

  /** Rules may be used before they are defined, and win over imported ones. */
  #defines(name: string): boolean {
    if (!this.#names.hasImports) return true
    this.#defined ??= new Set(this.source.findAll(/<\s*([^<>\s]+)\s*>\s*=/g))
    return this.#defined.has(name)
  }

  /** Section 4.6: a backslash takes its meaning from `}` and from itself. */
  #tag(): string {
    const { source } = this
    const written = source.match(/\{(?:[^}\\]|\\[\s\S])*\}/y)
    if (written === undefined) throw source.fault('The tag is not closed by }')
    const content = written.slice(1, -1).replaceAll(/\\([{}\\])/g, '$1')
    this.tags.push(content)
    return content
  }
}

/** `<name>` */
export function readJsgfReference(source: SourceText): string {
  const from = source.position
  const written = source.match(/<\s*[^<>\s]+\s*>/y)
  if (written === undefined) throw source.fault('The name of a rule in < > is missing', from)
  return written.slice(1, -1).trim()
}

function repeat(item: Expansion, min: number): Expansion {
  return { kind: 'repeat', item, min, max: Number.POSITIVE_INFINITY }
}
