import { type Cookie, domainMatches, parseSetCookie, pathMatches } from './cookie.ts'

/** RFC 6265 section 6.1 asks for at least 50 a domain; one call needs no 3,000 in all. */
const COOKIES_PER_DOMAIN = 50
const COOKIES = 300

/** The cookies of one session (RFC 6265): what one call is told by a server, no other call tells it. */
export class CookieJar {
  #cookies: readonly Cookie[]

  /** `cookies`: what was set while the start document was fetched. */
  constructor(cookies: readonly Cookie[] = []) {
    this.#cookies = cookies
  }

  get cookies(): readonly Cookie[] {
    return this.#cookies
  }

  /** Section 5.3. `setCookies`: the values of the `Set-Cookie` headers of an answer from `uri`. */
  take(setCookies: readonly string[], uri: string, nowMs: number): void {
    for (const text of setCookies) {
      const cookie = parseSetCookie(text, uri, nowMs)
      if (cookie !== undefined) this.#put(cookie, nowMs)
    }
  }

  /** Section 5.4: the value of `Cookie` for a request to `uri`; undefined where there is none. */
  header(uri: string, nowMs: number): string | undefined {
    const { hostname, pathname, protocol } = new URL(uri)
    const sent = this.#cookies.filter(
      (cookie) =>
        (cookie.hostOnly ? cookie.domain === hostname : domainMatches(hostname, cookie.domain)) &&
        pathMatches(pathname, cookie.path) &&
        (!cookie.secure || protocol === 'https:') &&
        !isExpired(cookie, nowMs),
    )
    if (sent.length === 0) return undefined
    // Longer paths first; the jar is in order of creation.
    return sent
      .toSorted((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  #put(cookie: Cookie, nowMs: number): void {
    const known = this.#cookies.find((other) => isNamesake(other, cookie))
    const left = this.#cookies.filter((other) => other === known || !isExpired(other, nowMs))
    if (isExpired(cookie, nowMs)) {
      this.#cookies = left.filter((other) => other !== known)
    } else if (known === undefined) {
      const crowded = left.filter(({ domain }) => domain === cookie.domain)
      const eldest = crowded.length >= COOKIES_PER_DOMAIN ? crowded[0] : undefined
      this.#cookies = [...left.filter((other) => other !== eldest), cookie].slice(-COOKIES)
    } else {
      // What is set anew keeps its place, which is that of its creation.
      this.#cookies = left.map((other) => (other === known ? cookie : other))
    }
  }
}

function isNamesake(one: Cookie, other: Cookie): boolean {
  return one.name === other.name && one.domain === other.domain && one.path === other.path
}

function isExpired({ expiresAtMs }: Cookie, nowMs: number): boolean {
  return expiresAtMs !== undefined && expiresAtMs <= nowMs
}
