/** name-addr / addr-spec with parameters: From, To, Contact, Route, Record-Route, RFC 3261 §20.10. */
import { parseUri } from '../uri.ts'
import {
  invalidHeader,
  isToken,
  quote,
  trimSpace,
  unquote,
  utf8Bytes,
  utf8Text,
} from './grammar.ts'
import { formatParameters, type Parameters, parseParameters } from './parameters.ts'

export interface NameAddress {
  /** Text for people, unescaped; '' where there is none. */
  readonly displayName: string
  readonly uri: string
  /** Header parameters, such as `tag`, not those of the URI. */
  readonly parameters: Parameters
}

/** One value. `header` names it in errors. The URI is checked where it is a sip: or sips: one. */
export function parseNameAddress(value: string, header: string): NameAddress {
  const open = findOpen(value, header)
  if (open < 0) return parseBareAddress(value, header)
  const close = value.indexOf('>', open)
  if (close < 0) throw invalidHeader(header, 'a > is missing', open)
  const displayName = readDisplayName(trimSpace(value.slice(0, open)), header)
  const uri = value.slice(open + 1, close)
  parseUri(uri)
  const parameters = parseParameters(value.slice(close + 1), header, close + 1)
  return { displayName, uri, parameters }
}

export function formatNameAddress(address: NameAddress): string {
  const name = address.displayName === '' ? '' : quote(utf8Bytes(address.displayName)) + ' '
  return `${name}<${address.uri}>${formatParameters(address.parameters)}`
}

export function tagOf(value: string, header: string): string {
  return parseNameAddress(value, header).parameters.get('tag') ?? ''
}

/** Where the `<` stands that is not inside a quoted display name; -1 where there is none. */
function findOpen(value: string, header: string): number {
  let quoted = false
  for (let at = 0; at < value.length; at++) {
    if (quoted && value[at] === '\\') at++
    else if (value[at] === '"') quoted = !quoted
    else if (!quoted && value[at] === '<') return at
  }
  if (quoted) throw invalidHeader(header, 'a quote is not closed', value.length)
  return -1
}

/** §20: without brackets, parameters after the URI belong to the header. */
function parseBareAddress(value: string, header: string): NameAddress {
  const semicolon = value.indexOf(';')
  const end = semicolon < 0 ? value.length : semicolon
  const uri = trimSpace(value.slice(0, end))
  if (uri.includes('?')) throw invalidHeader(header, 'a URI with ? needs < and >', 0)
  parseUri(uri)
  return { displayName: '', uri, parameters: parseParameters(value.slice(end), header, end) }
}

function readDisplayName(text: string, header: string): string {
  if (text === '') return ''
  if (text[0] === '"') {
    if (!/^"(?:[^"\\]|\\[\s\S])*"$/.test(text)) throw invalidHeader(header, 'name is malformed', 0)
    return utf8Text(unquote(text))
  }
  const words = text.split(/[ \t]+/)
  if (!words.every(isToken)) throw invalidHeader(header, 'an unquoted name is malformed', 0)
  return words.join(' ')
}
