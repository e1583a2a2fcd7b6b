/**
 * SIP messages, RFC 3261 §7. Parsing is lazy: start line and header lines are cut apart here, values
 * are read by `headers/` when somebody asks. Inside this room header text holds one character per byte
 * (latin1), so that what was received is echoed exactly; `utf8Text` makes it readable.
 */
import { OutdialError } from '#base'
import { HeaderFields } from './header-fields.ts'
import { isToken, parseInteger, trimSpace } from './headers/grammar.ts'
import { type ParseErrorCode, SipParseError } from './parse-error.ts'

export interface SipRequest {
  readonly kind: 'request'
  readonly method: string
  readonly uri: string
  /** `SIP/2.0`; anything else is for `checkRequest` to refuse. */
  readonly version: string
  readonly headers: HeaderFields
  readonly body: Uint8Array
}

export interface SipResponse {
  readonly kind: 'response'
  readonly status: number
  readonly reason: string
  readonly version: string
  readonly headers: HeaderFields
  readonly body: Uint8Array
}

export type SipMessage = SipRequest | SipResponse

export interface MessageLimits {
  readonly messageBytes: number
  readonly headerLines: number
  readonly lineBytes: number
}

export const MESSAGE_LIMITS: MessageLimits = {
  messageBytes: 65_535,
  headerLines: 256,
  lineBytes: 8_192,
}

export const EMPTY_BODY = new Uint8Array(0)

/**
 * One whole datagram, or one message cut from a stream. The body ends where Content-Length says, or
 * with the bytes (§18.3); a Content-Length beyond the bytes is left for `checkRequest`. Throws
 * `SipParseError` with a byte offset, and nothing else.
 */
export function parseMessage(bytes: Uint8Array, limits = MESSAGE_LIMITS): SipMessage {
  if (bytes.length > limits.messageBytes) fail('sip-message-too-large', 'message too large', 0)
  const begin = skipEmptyLines(bytes)
  const headEnd = findHeadEnd(bytes, begin)
  if (headEnd < 0) fail('sip-message-incomplete', 'the empty line is missing', bytes.length)
  const lines = cutLines(bytes, begin, headEnd, limits)
  const headers = new HeaderFields()
  for (const line of lines.slice(1)) addHeader(headers, line)
  const body = bytes.subarray(headEnd + 4, bodyEnd(headers, headEnd + 4, bytes.length))
  const first = lines[0]!
  return /^SIP\//i.test(first.text)
    ? { kind: 'response', ...parseStatusLine(first), headers, body }
    : { kind: 'request', ...parseRequestLine(first), headers, body }
}

/**
 * The bytes to send. Content-Length is always written from the body. No value can add a line: CR, LF,
 * NUL or a character that is no byte throws `sip-unsafe-value`.
 */
export function formatMessage(message: SipMessage): Buffer {
  const head =
    formatStartLine(message) + '\r\n' + formatHeaders(message.headers, message.body.length)
  if (message.body.length === 0) return Buffer.from(head, 'latin1')
  return Buffer.concat([Buffer.from(head, 'latin1'), message.body])
}

/** The Content-Length of the message's headers: `none`, `invalid` or a count of bytes. */
export function contentLength(headers: HeaderFields): number | 'none' | 'invalid' {
  const values = headers.all('Content-Length')
  if (values.length === 0) return 'none'
  const lengths = values.map((value) => parseInteger(value, 2 ** 31))
  const first = lengths[0]
  return first === undefined || lengths.some((length) => length !== first) ? 'invalid' : first
}

/** NUL is legal as a quoted-pair (§25.1) and nowhere else; CR and LF never are. */
const FORBIDDEN = /(?<!\\)\x00|[\r\n]/

interface Line {
  readonly text: string
  readonly offset: number
}

/** §7.5: empty lines before the start line are ignored. */
function skipEmptyLines(bytes: Uint8Array): number {
  let at = 0
  while (bytes[at] === 13 && bytes[at + 1] === 10) at += 2
  return at
}

export function findHeadEnd(bytes: Uint8Array, begin: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n\r\n', begin)
}

/** §7.3.1: a line that begins with white space continues the one before it. */
function cutLines(bytes: Uint8Array, begin: number, end: number, limits: MessageLimits): Line[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    'latin1',
    begin,
    end,
  )
  const lines: Line[] = []
  let offset = begin
  for (const raw of text.split('\r\n')) {
    const control = raw.search(FORBIDDEN)
    if (control >= 0) fail('sip-invalid-header', 'CR, LF or NUL inside a line', offset + control)
    const previous = lines.at(-1)
    const folded = (raw[0] === ' ' || raw[0] === '\t') && previous !== undefined && lines.length > 1
    const line = folded
      ? { text: `${trimSpace(previous.text)} ${trimSpace(raw)}`, offset: previous.offset }
      : { text: raw, offset }
    if (line.text.length > limits.lineBytes) fail('sip-line-too-long', 'line too long', offset)
    if (folded) lines[lines.length - 1] = line
    else if (lines.push(line) > limits.headerLines + 1) {
      fail('sip-too-many-headers', 'too many header lines', offset)
    }
    offset += raw.length + 2
  }
  return lines
}

function addHeader(headers: HeaderFields, line: Line): void {
  const colon = line.text.indexOf(':')
  const before = line.text.slice(0, Math.max(0, colon))
  const name = trimSpace(before)
  if (!isToken(name) || !before.startsWith(name)) {
    fail('sip-invalid-header', 'a header name is malformed', line.offset)
  }
  headers.add(name, trimSpace(line.text.slice(colon + 1)))
}

function bodyEnd(headers: HeaderFields, bodyBegin: number, bytesEnd: number): number {
  const length = contentLength(headers)
  return typeof length === 'number' ? Math.min(bytesEnd, bodyBegin + length) : bytesEnd
}

/** Lenient about the middle: a Request-URI with spaces is to be answered with 400, not dropped. */
function parseRequestLine(line: Line): { method: string; uri: string; version: string } {
  const space = line.text.indexOf(' ')
  const end = line.text.toUpperCase().lastIndexOf(' SIP/')
  const method = line.text.slice(0, Math.max(0, space))
  if (!isToken(method) || end <= space) {
    fail('sip-invalid-start-line', 'neither a request line nor a status line', line.offset)
  }
  const version = line.text.slice(end + 1)
  return { method, uri: line.text.slice(space + 1, end), version: normalVersion(version) }
}

function parseStatusLine(line: Line): { status: number; reason: string; version: string } {
  const match = /^(SIP\/[0-9]+\.[0-9]+) ([1-6][0-9]{2})(?: (.*))?$/i.exec(line.text)
  if (match === null) fail('sip-invalid-start-line', 'the status line is malformed', line.offset)
  return { status: Number(match[2]), reason: match[3] ?? '', version: normalVersion(match[1]!) }
}

/** §7.1: the version is case-insensitive. */
function normalVersion(version: string): string {
  return /^sip\/2\.0$/i.test(version) ? 'SIP/2.0' : version
}

function formatStartLine(message: SipMessage): string {
  if (message.kind === 'response') {
    return `${message.version} ${message.status} ${safe(message.reason, 'reason phrase')}`
  }
  if (!isToken(message.method)) throw unsafe('method')
  if (/[\x00-\x20\x7f<>"]/.test(message.uri)) throw unsafe('Request-URI')
  return `${message.method} ${safe(message.uri, 'Request-URI')} ${message.version}`
}

function formatHeaders(headers: HeaderFields, bodyLength: number): string {
  let text = ''
  let measured = false
  for (const [name, value] of headers) {
    if (!isToken(name)) throw unsafe('header name')
    const isLength = name.length === 14 && name.toLowerCase() === 'content-length'
    if ((isLength || name === 'l' || name === 'L') && measured) continue
    if (isLength || name === 'l' || name === 'L') {
      measured = true
      text += `${name}: ${bodyLength}\r\n`
    } else text += `${name}: ${safe(value, name)}\r\n`
  }
  return (measured ? text : `${text}Content-Length: ${bodyLength}\r\n`) + '\r\n'
}

function safe(value: string, what: string): string {
  if (FORBIDDEN.test(value) || /[^\x00-\xff]/.test(value)) throw unsafe(what)
  return value
}

function unsafe(what: string): OutdialError {
  const sentence = `A SIP message cannot carry this ${what}: it holds a character that may not stand there.`
  return new OutdialError('sip-unsafe-value', sentence, { field: what })
}

function fail(code: ParseErrorCode, message: string, offset: number): never {
  throw new SipParseError(code, message, offset)
}
