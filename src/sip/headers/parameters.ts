/** `;name=value` lists: generic-param and its relatives, RFC 3261 §25.1. */
import { invalidHeader, isHost, isQuotedString, isToken, trimSpace } from './grammar.ts'

/** Names in lower case; a parameter without a value has ''. Quoted values keep their quotes. */
export type Parameters = ReadonlyMap<string, string>

/** `text` begins with the first `;` or is empty. `offset` is where it stood, for errors. */
export function parseParameters(text: string, header: string, offset: number): Parameters {
  const parameters = new Map<string, string>()
  let at = skipSpace(text, 0)
  while (at < text.length) {
    if (text[at] !== ';') throw invalidHeader(header, 'a ; is missing', offset + at)
    const end = endOfParameter(text, at + 1)
    const piece = text.slice(at + 1, end)
    const equals = piece.indexOf('=')
    const name = trimSpace(equals < 0 ? piece : piece.slice(0, equals)).toLowerCase()
    const value = equals < 0 ? '' : trimSpace(piece.slice(equals + 1))
    const valid = isToken(name) && (equals < 0 || isValue(value))
    if (!valid) throw invalidHeader(header, 'a parameter is malformed', offset + at)
    if (!parameters.has(name)) parameters.set(name, value)
    at = end
  }
  return parameters
}

export function formatParameters(parameters: Parameters): string {
  let text = ''
  for (const [name, value] of parameters) text += value === '' ? `;${name}` : `;${name}=${value}`
  return text
}

function endOfParameter(text: string, from: number): number {
  let quoted = false
  for (let at = from; at < text.length; at++) {
    if (quoted && text[at] === '\\') at++
    else if (text[at] === '"') quoted = !quoted
    else if (!quoted && text[at] === ';') return at
  }
  return text.length
}

/** gen-value = token / host / quoted-string; received may hold an IPv6 address without brackets. */
function isValue(text: string): boolean {
  return isToken(text) || isQuotedString(text) || isHost(text) || /^[0-9A-Fa-f:.]+$/.test(text)
}

function skipSpace(text: string, at: number): number {
  let next = at
  while (text[next] === ' ' || text[next] === '\t') next++
  return next
}
