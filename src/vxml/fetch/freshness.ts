import type { FetchResponse } from '../platform.ts'
import { parseHttpDate } from './http-date.ts'

/** An answer that is kept, with what RFC 9111 section 4.2 needs to know of it. */
export interface StoredResponse {
  readonly response: FetchResponse
  /** What the request said in the headers that `Vary` names; `''` where it said nothing. */
  readonly varying: Readonly<Record<string, string>>
  /** On the wall clock. */
  readonly requestedAtMs: number
  readonly receivedAtMs: number
}

/** What a document is willing to take (VoiceXML 2.0 section 6.1.1). */
export interface Willingness {
  readonly maxAgeSeconds?: number
  readonly maxStaleSeconds?: number
}

/** By whom it was stored: for one session, or for all. */
export type CacheKind = 'private' | 'shared'

/**
 * `Cache-Control` (RFC 9111 section 5.2): names in lower case; the value is `''` where there is none.
 * Of a directive that comes twice the first one counts (section 4.2.1).
 */
export function cacheDirectives(response: FetchResponse): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  const pattern = /([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/g
  for (const [, name = '', quoted, token] of header(response, 'cache-control').matchAll(pattern)) {
    const known = name.toLowerCase()
    if (!directives.has(known)) directives.set(known, quoted ?? token ?? '')
  }
  return directives
}

/** RFC 9111 section 4.2.3. */
export function currentAgeMs(stored: StoredResponse, nowMs: number): number {
  const { response, requestedAtMs, receivedAtMs } = stored
  const date = parseHttpDate(header(response, 'date')) ?? receivedAtMs
  const apparentAge = Math.max(0, receivedAtMs - date)
  const ageValue = (parseSeconds(header(response, 'age')) ?? 0) * 1000
  const correctedAge = ageValue + (receivedAtMs - requestedAtMs)
  return Math.max(apparentAge, correctedAge) + Math.max(0, nowMs - receivedAtMs)
}

/**
 * RFC 9111 section 4.2.1. Undefined where the server has not said how long it is fresh: it is not
 * guessed at (section 4.2.2 would allow it), so such an answer is asked for again.
 */
export function freshnessLifetimeMs(stored: StoredResponse, kind: CacheKind): number | undefined {
  const { response, receivedAtMs } = stored
  const directives = cacheDirectives(response)
  const said =
    (kind === 'shared' ? directives.get('s-maxage') : undefined) ?? directives.get('max-age')
  // What cannot be read is stale.
  if (said !== undefined) return (parseSeconds(said) ?? 0) * 1000
  const expires = header(response, 'expires')
  if (expires === '') return undefined
  const date = parseHttpDate(header(response, 'date')) ?? receivedAtMs
  return Math.max(0, (parseHttpDate(expires.trim()) ?? 0) - date)
}

/** Whether the stored answer serves without asking the server: VoiceXML 2.0 section 6.1.2. */
export function mayReuse(
  stored: StoredResponse,
  willing: Willingness,
  nowMs: number,
  kind: CacheKind,
): boolean {
  const directives = cacheDirectives(stored.response)
  if (directives.has('no-cache')) return false
  const ageMs = currentAgeMs(stored, nowMs)
  const { maxAgeSeconds, maxStaleSeconds } = willing
  // "A fresh copy can be unconditionally requested by setting maxage to zero."
  if (maxAgeSeconds === 0) return false
  if (maxAgeSeconds !== undefined && ageMs > maxAgeSeconds * 1000) return false
  const lifetimeMs = freshnessLifetimeMs(stored, kind) ?? 0
  if (lifetimeMs > ageMs) return true
  if (maxStaleSeconds === undefined || forbidsStale(directives, kind)) return false
  return ageMs - lifetimeMs <= maxStaleSeconds * 1000
}

/** RFC 9111 section 4.2.4. */
function forbidsStale(directives: ReadonlyMap<string, string>, kind: CacheKind): boolean {
  if (directives.has('must-revalidate')) return true
  return kind === 'shared' && (directives.has('proxy-revalidate') || directives.has('s-maxage'))
}

/** Final statuses that are understood here: others are not stored (RFC 9111 section 3). */
const UNDERSTOOD = new Set([200, 203, 204, 300, 301, 302, 307, 308, 404, 405, 410, 414, 501])
/** Those that may be kept where the server has said nothing of it (RFC 9110 section 15.1). */
const CACHEABLE = new Set([200, 203])

/** RFC 9111 section 3, for an answer to a GET. */
export function isStorable(stored: StoredResponse): boolean {
  const { response } = stored
  if (!UNDERSTOOD.has(response.status)) return false
  if (cacheDirectives(response).has('no-store')) return false
  if (varyNames(response).includes('*')) return false
  return CACHEABLE.has(response.status) || freshnessLifetimeMs(stored, 'private') !== undefined
}

/**
 * Whether other sessions may be given it. Narrower than RFC 9111 section 3.5, which looks at
 * `Authorization` alone: many applications know their caller by a cookie and forget to say `private`.
 */
export function isShareable(stored: StoredResponse, withCookies: boolean): boolean {
  const { response } = stored
  const directives = cacheDirectives(response)
  if (!isStorable(stored) || directives.has('private')) return false
  if (freshnessLifetimeMs(stored, 'shared') === undefined) return false
  if ((response.setCookies ?? []).length > 0 || hasCredentials(response.uri)) return false
  return !withCookies || isPublic(stored)
}

/** The server has said that it is for everyone. */
export function isPublic({ response }: StoredResponse): boolean {
  const directives = cacheDirectives(response)
  return directives.has('public') || directives.has('s-maxage')
}

function hasCredentials(uri: string): boolean {
  const url = URL.parse(uri)
  return url !== null && `${url.username}${url.password}` !== ''
}

/** The header names of `Vary`, in lower case. */
export function varyNames(response: FetchResponse): string[] {
  return header(response, 'vary')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

export function header(response: FetchResponse, name: string): string {
  return response.headers?.[name] ?? ''
}

/** RFC 9111 section 1.2.2: delta-seconds; a larger one counts as 2^31. */
export function parseSeconds(text: string): number | undefined {
  const trimmed = text.trim()
  return /^\d+$/.test(trimmed) ? Math.min(Number(trimmed), 2 ** 31) : undefined
}
