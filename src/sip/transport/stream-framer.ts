/**
 * RFC 3261 §18.3: messages in a stream, cut by Content-Length, however the bytes were split on the way.
 * Pure: bytes in, whole messages out.
 */
import { HeaderFields } from '../header-fields.ts'
import { trimSpace } from '../headers/grammar.ts'
import { contentLength, findHeadEnd, MESSAGE_LIMITS } from '../message.ts'
import { SipParseError } from '../parse-error.ts'

export type Framed =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** The double CRLF of RFC 5626 §4.4.1, which asks for a single one in return. */
  | { readonly kind: 'ping' }
  /** A single CRLF between messages: what a ping of ours asks for. */
  | { readonly kind: 'pong' }
  /** Where the message ends cannot be told: answer this head, then close. */
  | { readonly kind: 'broken'; readonly bytes: Buffer; readonly error: SipParseError }

export class StreamFramer {
  #buffer = Buffer.alloc(0)
  #length = 0
  /** Up to here no end of a head was found. */
  #searched = 0
  /** Length of the whole message in the buffer, once its head is there. */
  #expected = 0
  #broken = false
  readonly #maxBytes: number

  constructor(maxBytes = MESSAGE_LIMITS.messageBytes) {
    this.#maxBytes = maxBytes
  }

  /** True while part of a message waits for its rest. */
  get pending(): boolean {
    return this.#length > 0
  }

  /** Throws `sip-message-too-large`; after a `broken` it swallows everything. */
  push(chunk: Uint8Array): Framed[] {
    if (this.#broken) return []
    this.#append(chunk)
    const framed: Framed[] = []
    for (let next = this.#next(); next !== undefined; next = this.#next()) framed.push(next)
    const waitsForHead = this.#expected === 0 && this.#length > this.#maxBytes
    if (waitsForHead || this.#expected > this.#maxBytes) {
      throw new SipParseError('sip-message-too-large', 'message too large', this.#length)
    }
    return framed
  }

  #next(): Framed | undefined {
    if (this.#broken) return undefined
    const empty = this.#skipEmptyLines()
    if (empty > 0) return { kind: empty > 1 ? 'ping' : 'pong' }
    if (this.#expected === 0) {
      const head = this.#readHead()
      if (head !== undefined) return head
    }
    if (this.#expected === 0 || this.#length < this.#expected) return undefined
    if (this.#expected > this.#maxBytes) return undefined
    return { kind: 'message', bytes: this.#take(this.#expected) }
  }

  /** How many there were. */
  #skipEmptyLines(): number {
    if (this.#expected > 0) return 0
    let at = 0
    while (at + 2 <= this.#length && this.#buffer[at] === 13 && this.#buffer[at + 1] === 10) at += 2
    if (at > 0) this.#take(at)
    return at / 2
  }

  #readHead(): Framed | undefined {
    const end = findHeadEnd(this.#buffer.subarray(0, this.#length), this.#searched)
    if (end < 0) {
      this.#searched = Math.max(0, this.#length - 3)
      return undefined
    }
    const length = bodyLength(this.#buffer.toString('latin1', 0, end))
    if (length === undefined) {
      this.#broken = true
      const why = 'Content-Length does not say where the message ends'
      const error = new SipParseError('sip-invalid-content-length', why, end)
      return { kind: 'broken', bytes: this.#take(end + 4), error }
    }
    this.#expected = end + 4 + length
    return undefined
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2, 2_048))
      this.#buffer.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = needed
  }

  #take(count: number): Buffer {
    const taken = Buffer.from(this.#buffer.subarray(0, count))
    this.#buffer.copyWithin(0, count, this.#length)
    this.#length -= count
    this.#searched = 0
    this.#expected = 0
    if (this.#length === 0) this.#buffer = Buffer.alloc(0)
    return taken
  }
}

/**
 * Undefined where it cannot be told. Departs from RFC 3261 §18.3, where Content-Length is mandatory on a
 * stream: because peers leave it out where there is no body, and none is then what they mean.
 */
function bodyLength(head: string): number | undefined {
  const headers = new HeaderFields()
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    const name = trimSpace(line.slice(0, Math.max(0, colon))).toLowerCase()
    const measures = name === 'content-length' || name === 'l'
    if (measures) headers.add(name, trimSpace(line.slice(colon + 1)))
  }
  const length = contentLength(headers)
  if (length === 'none') return 0
  return length === 'invalid' ? undefined : length
}
