import type { Place } from './grammar.ts'
import { faultAt, type GrammarError, type GrammarErrorCode } from './grammar-error.ts'

/** A textual grammar (ABNF, JSGF) and how far it has been read. */
export class SourceText {
  readonly #text: string
  readonly #start: Place
  #position = 0
  #lineStarts: readonly number[] | undefined

  /** `start`: where the text begins, for one inside another document. */
  constructor(text: string, start: Place = { line: 1, column: 1 }) {
    // XML 1.0 section 2.11, which ABNF follows: every line ends with one line feed.
    this.#text = text.replace(/\r\n?/g, '\n')
    this.#start = start
  }

  get position(): number {
    return this.#position
  }

  /** Back to where `position` was. */
  rewind(position: number): void {
    this.#position = position
  }

  get atEnd(): boolean {
    return this.#position >= this.#text.length
  }

  /** White space and comments: they may stand between any two lexical tokens. */
  skipBlanks(): void {
    for (;;) {
      this.match(/\s*/y)
      if (this.#text.startsWith('//', this.#position)) this.match(/[^\n]*/y)
      else if (this.#text.startsWith('/*', this.#position)) this.#skipComment()
      else return
    }
  }

  isAt(...starts: readonly string[]): boolean {
    return starts.some((start) => this.#text.startsWith(start, this.#position))
  }

  /** What the first group of a global expression matches anywhere, read or not. */
  findAll(pattern: RegExp): string[] {
    return [...this.#text.matchAll(pattern)].flatMap(([, found]) => found ?? [])
  }

  /** Where `literal` stands first, read or not; -1 where it does not. */
  find(literal: string): number {
    return this.#text.indexOf(literal)
  }

  /** Reads `literal` if it is next. */
  take(literal: string): boolean {
    if (!this.#text.startsWith(literal, this.#position)) return false
    this.#position += literal.length
    return true
  }

  /** Reads what a sticky expression matches here; undefined where it does not. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#position += found.length
    return found
  }

  /** Reads up to `end` and past it; `what` is not closed where there is no `end`. */
  until(end: string, what: string, from = this.#position): string {
    const close = this.#text.indexOf(end, this.#position)
    if (close < 0) throw this.fault(`The ${what} is not closed by ${end}`, from)
    const content = this.#text.slice(this.#position, close)
    this.#position = close + end.length
    return content
  }

  /** After blanks. */
  expect(literal: string, after: string): void {
    this.skipBlanks()
    if (!this.take(literal)) throw this.fault(`${literal} is missing after ${after}`)
  }

  placeAt(offset: number): Place {
    this.#lineStarts ??= lineStarts(this.#text)
    const starts = this.#lineStarts
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const column = offset - (starts[low] ?? 0)
    const { line, column: firstColumn } = this.#start
    return low === 0
      ? { line, column: firstColumn + column }
      : { line: line + low, column: column + 1 }
  }

  fault(message: string, offset = this.#position, code?: GrammarErrorCode): GrammarError {
    return faultAt(this.placeAt(offset), message, code)
  }

  /** What stands here, for a message. */
  describeNext(): string {
    if (this.atEnd) return 'the end'
    const next = /\S{1,20}/y
    next.lastIndex = this.#position
    return JSON.stringify(next.exec(this.#text)?.[0] ?? this.#text[this.#position])
  }

  #skipComment(): void {
    const from = this.#position
    this.#position += 2
    this.until('*/', 'comment', from)
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
