/** What a pattern means, ready to be made into an automaton. */
export type Pattern =
  | { readonly kind: 'symbols'; readonly symbols: readonly number[] }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'either'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number }

/** The symbol that stands once behind every text. */
export const END_SYMBOL = 0
export const SYMBOL_COUNT = 131
const BEYOND_ASCII: ReadonlyMap<string, number> = new Map([
  ['\u00A0', 128],
  ['\u202F', 129],
  ['\u00B5', 130],
])

/** Undefined: no pattern has it. */
export function symbolOf(character: string): number | undefined {
  const code = character.charCodeAt(0)
  return code > 0 && code < 128 ? code : BEYOND_ASCII.get(character)
}

/**
 * Reads a pattern: `( )`, `|`, `?`, `*`, `+`, `{2}`, `{1,4}` and `[ ]` as in a regular expression, but
 * blanks separate, `.` is a full stop, `$` takes the end itself, and a small letter stands for both
 * cases; capitals and what is in brackets stand for themselves.
 */
export function parsePattern(source: string): Pattern {
  const reader = new PatternReader(source)
  const pattern = reader.readEither()
  if (!reader.isAtEnd) throw new Error(`pattern not understood: ${source}`)
  return pattern
}

class PatternReader {
  private at = 0
  private readonly source: string

  constructor(source: string) {
    this.source = source
  }

  get isAtEnd(): boolean {
    return this.peek() === undefined
  }

  readEither(): Pattern {
    const parts = [this.readSequence()]
    while (this.take('|')) parts.push(this.readSequence())
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts }
  }

  private readSequence(): Pattern {
    const parts: Pattern[] = []
    for (let next = this.peek(); next !== undefined && !'|)'.includes(next); next = this.peek()) {
      parts.push(this.readRepeats(this.readAtom()))
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
  }

  private readAtom(): Pattern {
    if (this.take('(')) {
      const inner = this.readEither()
      if (!this.take(')')) throw new Error(`“)” is missing in pattern: ${this.source}`)
      return inner
    }
    if (this.take('[')) return { kind: 'symbols', symbols: this.readSet() }
    if (this.take('$')) return { kind: 'symbols', symbols: [END_SYMBOL] }
    const character = this.next()
    const isSmall = character >= 'a' && character <= 'z'
    const cases = isSmall ? [character, character.toUpperCase()] : [character]
    return { kind: 'symbols', symbols: cases.map(knownSymbol) }
  }

  private readSet(): number[] {
    const symbols: number[] = []
    let character = this.nextRaw()
    while (character !== ']') {
      const first = knownSymbol(character)
      character = this.nextRaw()
      if (character === '-' && this.source[this.at] !== ']') {
        const last = knownSymbol(this.nextRaw())
        for (let symbol = first; symbol <= last; symbol++) symbols.push(symbol)
        character = this.nextRaw()
      } else {
        symbols.push(first)
      }
    }
    return symbols
  }

  private readRepeats(part: Pattern): Pattern {
    if (this.take('?')) return { kind: 'repeat', part, min: 0, max: 1 }
    if (this.take('*')) return { kind: 'repeat', part, min: 0, max: Number.POSITIVE_INFINITY }
    if (this.take('+')) return { kind: 'repeat', part, min: 1, max: Number.POSITIVE_INFINITY }
    if (!this.take('{')) return part
    const end = this.source.indexOf('}', this.at)
    const [min, max] = this.source.slice(this.at, end).split(',').map(Number)
    this.at = end + 1
    return { kind: 'repeat', part, min: min!, max: max ?? min! }
  }

  private peek(): string | undefined {
    while (this.source[this.at] === ' ' || this.source[this.at] === '\n') this.at++
    return this.source[this.at]
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false
    this.at++
    return true
  }

  private next(): string {
    this.peek()
    return this.nextRaw()
  }

  private nextRaw(): string {
    const character = this.source[this.at++]
    if (character === undefined) throw new Error(`pattern ends too early: ${this.source}`)
    return character
  }
}

function knownSymbol(character: string): number {
  const symbol = symbolOf(character)
  if (symbol === undefined) throw new Error(`no symbol for ${JSON.stringify(character)}`)
  return symbol
}
