import { isUtf8 } from 'node:buffer'
import { OutdialError } from '#base'

/**
 * Login and PIN of an Authorization header (RFC 7617, in UTF-8).
 *
 * @throws OutdialError `authentication`
 */
export function readCredentials(header: string | undefined): { login: string; pin: string } {
  const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) throw refusal('Send login and PIN by HTTP Basic authentication.')
  const bytes = Buffer.from(encoded, 'base64')
  const text = isUtf8(bytes) ? bytes.toString('utf8') : ''
  const colon = text.indexOf(':')
  if (colon < 0 || text.includes('\0')) {
    throw refusal('The credentials are not login:pin in Base64 and UTF-8; encode them so.')
  }
  return { login: text.slice(0, colon), pin: text.slice(colon + 1) }
}

function refusal(sentence: string): OutdialError {
  return new OutdialError('authentication', sentence)
}
