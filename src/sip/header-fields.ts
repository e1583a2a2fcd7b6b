/**
 * The header section of a message, RFC 3261 §7.3: ordered lines, names case-insensitive, compact forms
 * (§7.3.3) equal to the long ones. Values stay text; the grammars in `headers/` read them when asked.
 */
import { splitList } from './headers/list.ts'

const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
}

export type HeaderLine = readonly [name: string, value: string]

export class HeaderFields {
  readonly #names: string[] = []
  readonly #values: string[] = []
  readonly #keys: string[] = []

  constructor(lines: Iterable<HeaderLine> = []) {
    for (const [name, value] of lines) this.add(name, value)
  }

  /** The value of the first line of that name. */
  get(name: string): string | undefined {
    const at = this.#keys.indexOf(headerKey(name))
    return at < 0 ? undefined : this.#values[at]
  }

  /** The values of all lines of that name, undivided. */
  all(name: string): string[] {
    const key = headerKey(name)
    return this.#values.filter((_, at) => this.#keys[at] === key)
  }

  /** All values of a comma-separated header, however they were spread over lines. */
  list(name: string): string[] {
    return this.all(name).flatMap(splitList)
  }

  has(name: string): boolean {
    return this.#keys.includes(headerKey(name))
  }

  add(name: string, value: string): this {
    this.#names.push(name)
    this.#values.push(value)
    this.#keys.push(headerKey(name))
    return this
  }

  prepend(name: string, value: string): this {
    this.#names.unshift(name)
    this.#values.unshift(value)
    this.#keys.unshift(headerKey(name))
    return this
  }

  /** Replaces the first line of that name in its place; adds one where there is none. */
  set(name: string, value: string): this {
    const at = this.#keys.indexOf(headerKey(name))
    if (at < 0) return this.add(name, value)
    this.#values[at] = value
    return this
  }

  delete(name: string): this {
    const key = headerKey(name)
    for (let at = this.#keys.length - 1; at >= 0; at--) {
      if (this.#keys[at] !== key) continue
      this.#names.splice(at, 1)
      this.#values.splice(at, 1)
      this.#keys.splice(at, 1)
    }
    return this
  }

  clone(): HeaderFields {
    return new HeaderFields(this)
  }

  get size(): number {
    return this.#names.length
  }

  *[Symbol.iterator](): IterableIterator<HeaderLine> {
    for (let at = 0; at < this.#names.length; at++) yield [this.#names[at]!, this.#values[at]!]
  }
}

/** The name to compare by: lower case, the long form. */
export function headerKey(name: string): string {
  const lower = name.toLowerCase()
  return lower.length === 1 ? (COMPACT[lower] ?? lower) : lower
}
