/** Challenges and credentials, RFC 3261 §25.1 and RFC 7616 §3.3: `Digest name=value, name="value"`. */
import { invalidHeader, isQuotedString, isToken, trimSpace, unquote } from './grammar.ts'
import { splitList } from './list.ts'

export interface AuthenticationValue {
  /** In lower case: `digest`. */
  readonly scheme: string
  /** Names in lower case, values unquoted. */
  readonly parameters: ReadonlyMap<string, string>
}

/** One line of WWW-Authenticate, Proxy-Authenticate, Authorization or Proxy-Authorization. */
export function parseAuthentication(value: string, header: string): AuthenticationValue {
  const space = value.search(/[ \t]/)
  const scheme = space < 0 ? value : value.slice(0, space)
  if (!isToken(scheme)) throw invalidHeader(header, 'the scheme is malformed', 0)
  const parameters = new Map<string, string>()
  for (const piece of splitList(space < 0 ? '' : trimSpace(value.slice(space + 1)))) {
    const equals = piece.indexOf('=')
    const name = trimSpace(piece.slice(0, Math.max(0, equals))).toLowerCase()
    const text = trimSpace(piece.slice(equals + 1))
    if (!isToken(name)) throw invalidHeader(header, 'a parameter is malformed', 0)
    if (text[0] === '"' && !isQuotedString(text)) {
      throw invalidHeader(header, 'a quoted value is malformed', 0)
    }
    if (!parameters.has(name)) parameters.set(name, unquote(text))
  }
  return { scheme: scheme.toLowerCase(), parameters }
}

/** Values that RFC 7616 §3.4 writes without quotes. */
const BARE = new Set(['algorithm', 'qop', 'nc', 'stale'])

/** `quotedToo` names parameters to quote although they stand bare in credentials (qop in challenges). */
export function formatAuthentication(value: AuthenticationValue, quotedToo: string[] = []): string {
  const scheme = value.scheme === 'digest' ? 'Digest' : value.scheme
  const pieces: string[] = []
  for (const [name, text] of value.parameters) {
    const bare = BARE.has(name) && !quotedToo.includes(name)
    pieces.push(bare ? `${name}=${text}` : `${name}="${text.replace(/["\\]/g, '\\$&')}"`)
  }
  return `${scheme} ${pieces.join(', ')}`
}
