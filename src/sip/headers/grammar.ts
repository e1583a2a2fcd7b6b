/** The basic rules of RFC 3261 §25.1 that several headers share. */
import { SipParseError } from '../parse-error.ts'

const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/
const QUOTED = /^"(?:[^"\\\r\n]|\\[^\r\n])*"$/
const HOST = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])$/

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

export function isQuotedString(text: string): boolean {
  return QUOTED.test(text)
}

/** A host name, an IPv4 literal or an IPv6 literal in brackets. Underscores occur in real networks. */
export function isHost(text: string): boolean {
  return text.length <= 255 && HOST.test(text)
}

/** SP and HTAB only: what `trim` takes besides may be the last byte of a UTF-8 character. */
export function trimSpace(text: string): string {
  let begin = 0
  let end = text.length
  while (begin < end && isSpace(text.charCodeAt(begin))) begin++
  while (end > begin && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(begin, end)
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9
}

/** `"a\"b"` → `a"b`; anything unquoted as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || text[0] !== '"') return text
  return text.slice(1, -1).replace(/\\([\s\S])/g, '$1')
}

/** The quoted-string of any text; what no quoted-string can hold (CR, LF, NUL …) becomes a space. */
export function quote(text: string): string {
  return '"' + text.replace(/[\x00-\x1f\x7f]/g, ' ').replace(/["\\]/g, '\\$&') + '"'
}

/** Decimal digits only, at most `max`; undefined otherwise. */
export function parseInteger(text: string, max: number): number | undefined {
  if (!/^[0-9]{1,15}$/.test(text)) return undefined
  const value = Number(text)
  return value <= max ? value : undefined
}

/** Text for people → the bytes of its UTF-8, one character a byte, as messages hold their headers. */
export function utf8Bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** The reverse, for what leaves this room. */
export function utf8Text(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

export function invalidHeader(name: string, why: string, offset: number): SipParseError {
  return new SipParseError('sip-invalid-header', `${name}: ${why}`, offset)
}
