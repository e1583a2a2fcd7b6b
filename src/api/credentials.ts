import { isUtf8 } from 'node:buffer'
import { OutdialError } from '#base'
import type { Credentials } from '#calls'

/**
 * The key of an Authorization header (RFC 6750), or its login and PIN.
 *
 * @throws OutdialError `authentication`
 */
export function readCredentials(header: string | null): Credentials {
  const key = /^bearer +([\x21-\x7e]{1,255}) *$/i.exec(header ?? '')?.[1]
  if (key !== undefined) return { key }
  if (header !== null && /^basic/i.test(header)) return readLogin(header)
  throw refusal(
    'Send a key as Authorization: Bearer, or login and PIN by HTTP Basic authentication.',
  )
}

/**
 * Login and PIN of an Authorization header (RFC 7617, in UTF-8).
 *
 * @throws OutdialError `authentication`
 */
export function readLogin(header: string): { login: string; pin: string } {
  const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(header)?.[1]
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
