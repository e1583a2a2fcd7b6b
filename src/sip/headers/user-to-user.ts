/** What one application tells the other beside a call: User-to-User, RFC 7433, of the package that it takes by default. */
import { isQuotedString, unquote, utf8Text } from './grammar.ts'
import { splitList } from './list.ts'
import { parseParameters } from './parameters.ts'

/** Of the ISDN's user-to-user information element, without what it begins with (ITU-T Q.931 section 4.5.30). */
export const USER_TO_USER_MAX_BYTES = 128
/** Q.931 table 4-26: what kind of data follows. RFC 7434: it is the first octet. */
const USER_SPECIFIC = 0x00
const IA5_TEXT = 0x04
const LAST_DISCRIMINATOR = 0x08

/**
 * The header's value: the text as UTF-8 in hexadecimal digits, so that nothing in it can end the header. Undefined where
 * there is no text, or more than fits.
 */
export function formatUserToUser(text: string): string | undefined {
  const data = Buffer.from(text, 'utf8')
  if (data.length === 0 || data.length > USER_TO_USER_MAX_BYTES) return undefined
  const discriminator = data.every((octet) => octet < 0x80) ? IA5_TEXT : USER_SPECIFIC
  const hex = Buffer.concat([Buffer.of(discriminator), data])
    .toString('hex')
    .toUpperCase()
  return `${hex};encoding=hex`
}

/** The text of the first value that is of our package and can be read; all others are ignored (RFC 7433 §4.1). */
export function parseUserToUser(values: readonly string[]): string | undefined {
  for (const value of values.flatMap((each) => splitList(each))) {
    const text = textOf(value)
    if (text !== undefined) return text
  }
  return undefined
}

function textOf(value: string): string | undefined {
  const [, data = '', rest = ''] = /^("[^"]*"|[^;\s"]+)[ \t]*(;.*)?$/s.exec(value) ?? []
  // §4.2: quotes are ignored.
  const hex = isQuotedString(data) ? unquote(data) : data
  const isHex = /^(?:[0-9A-Fa-f]{2})+$/.test(hex)
  if (!isHex || hex.length / 2 > USER_TO_USER_MAX_BYTES + 1 || !isOurs(rest)) return undefined
  const octets = Buffer.from(hex, 'hex')
  // Some leave the discriminator out; text does not begin with such an octet.
  const text = (octets[0] ?? 0) <= LAST_DISCRIMINATOR ? octets.subarray(1) : octets
  return utf8Text(text.toString('latin1'))
}

function isOurs(parameterText: string): boolean {
  try {
    const parameters = parseParameters(parameterText, 'User-to-User', 0)
    const purpose = parameters.get('purpose')?.toLowerCase() ?? 'isdn-uui'
    const encoding = parameters.get('encoding')?.toLowerCase() ?? 'hex'
    return purpose === 'isdn-uui' && encoding === 'hex'
  } catch {
    return false
  }
}
