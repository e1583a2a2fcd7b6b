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
  /** More than anybody may say at once: close. */
  | { readonly kind: 'oversized'; readonly error: SipParseError }

export class StreamFramer {
  #buffer = Buffer.alloc(0)
  #length = 0
  /** Up to here no end of a head was found. */
  #searched = 0
  /** Length of the whole message in the buffer, once its head is there. */
  #expected = 0
  /** The last bytes were a single CRLF: perhaps half of a ping. */
  #halfPing = false
  /** Nothing after this can be told apart. */
  #over = false
  readonly #maxBytes: number

  constructor(maxBytes = MESSAGE_LIMITS.messageBytes) {
    this.#maxBytes = maxBytes
  }

  /** True while part of a message waits for its rest. */
  get pending(): boolean {
    return this.#length > 0
  }

  /** After `broken` and `oversized` it swallows everything. */
  push(chunk: Uint8Array): Framed[] {
    if (this.#over) return []
    this.#append(chunk)
    const framed: Framed[] = []
    for (let next = this.#next(); next !== undefined; next = this.#next()) framed.push(next)
    return framed
  }

  #next(): Framed | undefined {
    if (this.#over) return undefined
    if (this.#expected === 0) {
      const found = this.#readEmptyLines() ?? this.#readHead()
      if (found !== undefined) return found
    }
    if (Math.max(this.#expected, this.#expected === 0 ? this.#length : 0) > this.#maxBytes) {
      this.#over = true
      const error = new SipParseError('sip-message-too-large', 'message too large', this.#length)
      return { kind: 'oversized', error }
    }
    if (this.#expected === 0 || this.#length < this.#expected) return undefined
    return { kind: 'message', bytes: this.#take(this.#expected) }
  }

  /**
   * Two in a row are a ping, one is a pong. At the end of the bytes one cannot wait for the other, for it
   * may be the pong that somebody waits for: then the second makes it a ping after all.
   */
  #readEmptyLines(): Framed | undefined {
    const isLine = (at: number): boolean =>
      at + 2 <= this.#length && this.#buffer[at] === 13 && this.#buffer[at + 1] === 10
    if (!isLine(0)) {
      if (this.#length > 1) this.#halfPing = false
      return undefined
    }
    const isPing = this.#halfPing || isLine(2)
    const mayBecomeOne = !isPing && this.#length === 3 && this.#buffer[2] === 13
    if (mayBecomeOne) return undefined
    this.#take(this.#halfPing || !isPing ? 2 : 4)
    this.#halfPing = !isPing && this.#length === 0
    return { kind: isPing ? 'ping' : 'pong' }
  }

  #readHead(): Framed | undefined {
    const end = findHeadEnd(this.#buffer.subarray(0, this.#length), this.#searched)
    if (end < 0) {
      this.#searched = Math.max(0, this.#length - 3)
      return undefined
    }
    const head = this.#buffer.toString('latin1', 0, end)
    if (!START_LINE.test(head)) {
      const why = 'neither a request line nor a status line'
      return this.#break(end + 4, new SipParseError('sip-invalid-start-line', why, 0))
    }
    const length = bodyLength(head)
    if (length === undefined) {
      const why = 'Content-Length does not say where the message ends'
      return this.#break(end + 4, new SipParseError('sip-invalid-content-length', why, end))
    }
    this.#expected = end + 4 + length
    return undefined
  }

  #break(length: number, error: SipParseError): Framed {
    this.#over = true
    return { kind: 'broken', bytes: this.#take(length), error }
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
 * stream: because peers leave it out where there is no body, and none is then what they mean. Who names the
 * type of a body has one.
 */
function bodyLength(head: string): number | undefined {
  const headers = new HeaderFields()
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    const name = trimSpace(line.slice(0, Math.max(0, colon)))
    if (BODY_HEADERS.has(name.toLowerCase())) headers.add(name, trimSpace(line.slice(colon + 1)))
  }
  const length = contentLength(headers)
  if (length === 'none') return headers.has('Content-Type') ? undefined : 0
  return length === 'invalid' ? undefined : length
}

/** What begins otherwise is the rest of something else, such as a body longer than was said. */
const START_LINE = /^(SIP\/|[^\r\n]* SIP\/)/i

const BODY_HEADERS = new Set(['content-length', 'l', 'content-type', 'c'])
