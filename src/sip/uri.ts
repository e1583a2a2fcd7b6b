/**
 * SIP and SIPS URIs, RFC 3261 §19.1 and §25.1. Other schemes (tel: …) are told apart by `uriScheme`
 * and otherwise kept as text.
 */
import { isHost, parseInteger } from './headers/grammar.ts'
import { SipParseError } from './parse-error.ts'

export interface SipUri {
  readonly scheme: 'sip' | 'sips'
  /** Unescaped text; absent where there is no `@`. */
  readonly user?: string
  readonly password?: string
  /** IPv6 in its brackets. */
  readonly host: string
  readonly port?: number
  /** Names in lower case, values unescaped; a parameter without a value has ''. */
  readonly parameters: ReadonlyMap<string, string>
  /** What follows `?`, escaped as received. */
  readonly headers?: string
}

/** Undefined where the scheme is not sip or sips; an invalid sip URI throws `sip-invalid-uri`. */
export function parseUri(text: string): SipUri | undefined {
  if (/[\x00-\x20\x7f<>"]/.test(text)) throw invalidUri('a character must be escaped', 0)
  const scheme = uriScheme(text)
  if (scheme !== 'sip' && scheme !== 'sips') return undefined
  const begin = scheme.length + 1
  const at = text.indexOf('@', begin)
  const userinfo = at < 0 ? {} : readUserinfo(text.slice(begin, at), begin)
  const hostBegin = at < 0 ? begin : at + 1
  const question = text.indexOf('?', hostBegin)
  const end = question < 0 ? text.length : question
  const semicolon = text.indexOf(';', hostBegin)
  const hostEnd = semicolon < 0 || semicolon > end ? end : semicolon
  return {
    scheme,
    ...userinfo,
    ...readHostPort(text.slice(hostBegin, hostEnd), hostBegin),
    parameters: readUriParameters(text.slice(hostEnd, end), hostEnd),
    ...(question < 0 ? {} : { headers: text.slice(question + 1) }),
  }
}

export function formatUri(uri: SipUri): string {
  const password = uri.password === undefined ? '' : ':' + escapePart(uri.password, PASSWORD_SAFE)
  const userinfo = uri.user === undefined ? '' : `${escapePart(uri.user, USER_SAFE)}${password}@`
  let text = `${uri.scheme}:${userinfo}${uri.host}${uri.port === undefined ? '' : ':' + uri.port}`
  for (const [name, value] of uri.parameters) {
    const escaped = escapePart(name, PARAMETER_SAFE)
    text += value === '' ? `;${escaped}` : `;${escaped}=${escapePart(value, PARAMETER_SAFE)}`
  }
  return uri.headers === undefined ? text : `${text}?${uri.headers}`
}

/** In lower case; throws `sip-invalid-uri` where there is none. */
export function uriScheme(text: string): string {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)
  if (match?.[1] === undefined) throw invalidUri('the scheme is missing', 0)
  return match[1].toLowerCase()
}

/** `::1` → `[::1]`; names and IPv4 as they are. */
export function uriHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** The reverse, for sockets. */
export function socketHost(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host
}

/**
 * What §25.1 lets stand unescaped in a user part is `unreserved` and `& = + $ , ; ? /`. Only the plus
 * of these is left bare, so that nobody mistakes part of a number for parameters.
 */
const USER_SAFE = /[A-Za-z0-9\-_.!~*'()+]/
const PASSWORD_SAFE = /[A-Za-z0-9\-_.!~*'()&=+$,]/
const PARAMETER_SAFE = /[A-Za-z0-9\-_.!~*'()[\]/:&+$]/

function escapePart(text: string, safe: RegExp): string {
  let escaped = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte)
    const bare = byte < 0x80 && safe.test(char)
    escaped += bare ? char : '%' + byte.toString(16).toUpperCase().padStart(2, '0')
  }
  return escaped
}

function unescapePart(text: string, offset: number): string {
  if (!text.includes('%')) return Buffer.from(text, 'latin1').toString('utf8')
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw invalidUri('an escape is malformed', offset)
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function readUserinfo(text: string, offset: number): { user: string; password?: string } {
  const colon = text.indexOf(':')
  const user = unescapePart(colon < 0 ? text : text.slice(0, colon), offset)
  if (user === '') throw invalidUri('the user part is empty', offset)
  if (colon < 0) return { user }
  return { user, password: unescapePart(text.slice(colon + 1), offset + colon + 1) }
}

function readHostPort(text: string, offset: number): { host: string; port?: number } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::([0-9]+))?$/.exec(text)
  const host = match?.[1] ?? ''
  if (!isHost(host)) throw invalidUri('the host is malformed', offset)
  if (match?.[2] === undefined) return { host }
  const port = parseInteger(match[2], 65535)
  if (port === undefined) throw invalidUri('the port is malformed', offset)
  return { host, port }
}

function readUriParameters(text: string, offset: number): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const piece of text === '' ? [] : text.slice(1).split(';')) {
    const equals = piece.indexOf('=')
    const name = unescapePart(equals < 0 ? piece : piece.slice(0, equals), offset).toLowerCase()
    if (name === '') throw invalidUri('a parameter has no name', offset)
    const value = equals < 0 ? '' : unescapePart(piece.slice(equals + 1), offset)
    if (!parameters.has(name)) parameters.set(name, value)
  }
  return parameters
}

function invalidUri(why: string, offset: number): SipParseError {
  return new SipParseError('sip-invalid-uri', `URI: ${why}`, offset)
}
