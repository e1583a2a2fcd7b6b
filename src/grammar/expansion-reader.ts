import type { Choice, Expansion } from './grammar.ts'
import type { SourceText } from './source-text.ts'

/** Parentheses inside each other. */
const MAX_DEPTH = 200

/**
 * What ABNF (SRGS 1.0 appendix D) and JSGF write alike: alternatives with weights, sequences, grouping
 * and optional grouping. What they write differently is in the two abstract methods.
 */
export abstract class ExpansionReader {
  protected readonly source: SourceText
  #depth = 0

  constructor(source: SourceText) {
    this.source = source
  }

  /** `ruleAlternative ( '|' ruleAlternative )*` */
  expansion(): Expansion {
    const choices: Choice[] = []
    do choices.push(this.#alternative())
    while (this.#takes('|'))
    const [only] = choices
    return choices.length === 1 && only !== undefined
      ? only.expansion
      : { kind: 'alternatives', choices }
  }

  /** A token, reference or tag; undefined where none begins here. Blanks are skipped already. */
  protected abstract unit(): Expansion | undefined

  /** What follows a unit or a group and belongs to it. */
  protected abstract attached(item: Expansion, isGroup: boolean): Expansion

  /** Undefined for what is no weight. */
  protected weight(text: string): number | undefined {
    return readNumber(text)
  }

  /** `Weight? sequenceElement+` */
  #alternative(): Choice {
    const weight = this.#weight()
    const items: Expansion[] = []
    for (let item = this.#element(); item !== undefined; item = this.#element()) items.push(item)
    const [only] = items
    if (only === undefined) {
      throw this.source.fault(`An expansion is missing before ${this.source.describeNext()}`)
    }
    return { expansion: items.length === 1 ? only : { kind: 'sequence', items }, weight }
  }

  #element(): Expansion | undefined {
    this.source.skipBlanks()
    if (this.source.take('(')) return this.#group(')', 'parenthesis')
    if (this.source.take('[')) return this.#group(']', 'bracket')
    const unit = this.unit()
    return unit === undefined ? undefined : this.attached(unit, false)
  }

  #group(close: ')' | ']', what: string): Expansion {
    const from = this.source.position - 1
    // Section 2.3: empty parentheses are NULL; empty brackets are not allowed.
    if (close === ')' && this.#takes(')')) return { kind: 'sequence', items: [] }
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) {
      throw this.source.fault('The parentheses are nested too deep', from, 'grammar-too-complex')
    }
    const inner = this.expansion()
    this.#depth -= 1
    if (!this.#takes(close)) {
      const found = this.source.describeNext()
      throw this.source.fault(`The ${what} is not closed: ${found} stands in its place`)
    }
    const isOptional = close === ']'
    return this.attached(isOptional ? { kind: 'repeat', item: inner, min: 0, max: 1 } : inner, true)
  }

  /** `'/' Number '/'` */
  #weight(): number {
    this.source.skipBlanks()
    const from = this.source.position
    if (!this.source.take('/')) return 1
    const weight = this.weight(this.source.until('/', 'weight', from).trim())
    if (weight === undefined) throw this.source.fault('The weight is no number', from)
    return weight
  }

  #takes(literal: string): boolean {
    this.source.skipBlanks()
    return this.source.take(literal)
  }
}

/** Section 2.4.1: `n`, `n.`, `.n` or `n.n`. */
export function readNumber(text: string): number | undefined {
  return /^(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined
}
