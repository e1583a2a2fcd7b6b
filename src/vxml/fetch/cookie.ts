import { monthOf } from './http-date.ts'

/** A cookie as the jar keeps it (RFC 6265 section 5.3). Plain data. */
export interface Cookie {
  readonly name: string
  readonly value: string
  /** Canonical: lower case, no leading dot. */
  readonly domain: string
  readonly path: string
  /** Sent to exactly `domain`, not to hosts below it. */
  readonly hostOnly: boolean
  readonly secure: boolean
  /** On the wall clock; absent: to the end of the session. */
  readonly expiresAtMs?: number
}

const MAX_COOKIE_LENGTH = 4096
/** RFC 6265 section 5.2.2 lets a user agent bound it; 400 days, as RFC 6265bis asks. */
const MAX_LIFETIME_MS = 400 * 86_400_000

/**
 * RFC 6265 sections 5.2 and 5.3: the cookie that a `Set-Cookie` of `uri` sets; undefined where it is to
 * be ignored. One that has expired already deletes its namesake.
 */
export function parseSetCookie(text: string, uri: string, nowMs: number): Cookie | undefined {
  if (hasControls(text)) return undefined
  const [pair = '', ...rest] = text.split(';')
  const [name, value] = splitPair(pair)
  if (value === undefined || name === '') return undefined
  if (name.length + value.length > MAX_COOKIE_LENGTH) return undefined
  const attributes = new Map<string, string>()
  for (const attribute of rest) {
    const [key, setting] = splitPair(attribute)
    attributes.set(key.toLowerCase(), setting ?? '')
  }
  const origin = new URL(uri)
  const scope = cookieScope(attributes.get('domain') ?? '', origin.hostname)
  if (scope === undefined) return undefined
  const path = attributes.get('path') ?? ''
  const expiresAtMs = expiry(attributes, nowMs)
  return {
    name,
    value,
    ...scope,
    path: path.startsWith('/') ? path : defaultPath(origin.pathname),
    secure: attributes.has('secure'),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  }
}

function hasControls(text: string): boolean {
  for (const character of text) {
    const code = character.charCodeAt(0)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true
  }
  return false
}

function splitPair(text: string): [name: string, value: string | undefined] {
  const at = text.indexOf('=')
  if (at < 0) return [text.trim(), undefined]
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

/** Section 5.3, steps 4 to 6. */
function cookieScope(
  attribute: string,
  host: string,
): Pick<Cookie, 'domain' | 'hostOnly'> | undefined {
  const domain = attribute.replace(/^\./, '').toLowerCase()
  if (domain === '' || domain === host) {
    return { domain: host, hostOnly: domain === '' || isPublicSuffix(host) }
  }
  // A cookie for everyone below a public suffix would go to strangers.
  if (isPublicSuffix(domain) || !domainMatches(host, domain)) return undefined
  return { domain, hostOnly: false }
}

/** Section 5.1.3. */
export function domainMatches(host: string, domain: string): boolean {
  if (host === domain) return true
  return host.endsWith(`.${domain}`) && !isAddress(host)
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.startsWith('[')
}

/**
 * Without the list of publicsuffix.org: single labels (`com`), and under the two letters of a country
 * the second levels that registries give out there (`co.uk`, `com.au`).
 */
export function isPublicSuffix(domain: string): boolean {
  const labels = domain.split('.')
  if (labels.length < 2) return true
  const [second = '', country = ''] = labels
  return labels.length === 2 && country.length === 2 && SECOND_LEVELS.has(second)
}

const SECOND_LEVELS = new Set(
  'ac co com edu gob gouv gov gv ltd me mil ne net nom or org plc sch'.split(' '),
)

/** Section 5.1.4. */
function defaultPath(path: string): string {
  const last = path.lastIndexOf('/')
  return last <= 0 ? '/' : path.slice(0, last)
}

export function pathMatches(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true
  return (
    path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/')
  )
}

/** Section 5.3, step 3: `Max-Age` wins over `Expires`. */
function expiry(attributes: ReadonlyMap<string, string>, nowMs: number): number | undefined {
  const maxAge = attributes.get('max-age') ?? ''
  const lasting = /^-?\d+$/.test(maxAge)
    ? Number(maxAge) * 1000 + nowMs
    : parseCookieDate(attributes.get('expires') ?? '')
  return lasting === undefined ? undefined : Math.min(lasting, nowMs + MAX_LIFETIME_MS)
}

/** Section 5.1.1: the parts of a date in whatever order and punctuation. */
export function parseCookieDate(text: string): number | undefined {
  let time: readonly number[] | undefined
  let day: number | undefined
  let month: number | undefined
  let year: number | undefined
  for (const token of text.split(/[^\w:]+/)) {
    const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/.exec(token)
    if (time === undefined && clock !== null) time = clock.slice(1).map(Number)
    else if (day === undefined && /^\d{1,2}(?!\d)/.test(token)) day = Number.parseInt(token, 10)
    else if (month === undefined && monthOf(token) !== undefined) month = monthOf(token)
    else if (year === undefined && /^\d{2,4}(?!\d)/.test(token)) year = Number.parseInt(token, 10)
  }
  if (time === undefined || day === undefined || month === undefined || year === undefined) {
    return undefined
  }
  const [hour = 0, minute = 0, second = 0] = time
  const full = year >= 70 && year <= 99 ? 1900 + year : year <= 69 ? 2000 + year : year
  if (full < 1601 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
    return undefined
  return Date.UTC(full, month, day, hour, minute, second)
}
