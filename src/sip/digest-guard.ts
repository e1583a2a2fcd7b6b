/** Digest as a server, RFC 3261 §22.1–22.2, enough to keep strangers out and to test clients with. */
import { timingSafeEqual } from 'node:crypto'
import { type Clock, type Random, randomHex } from '#base'
import { digestResponse } from './digest.ts'
import type { HeaderLine } from './header-fields.ts'
import { formatAuthentication, parseAuthentication } from './headers/authentication.ts'
import type { SipRequest } from './message.ts'

export interface DigestGuardOptions {
  readonly realm: string
  readonly username: string
  readonly password: string
  /** Offered in this order; default SHA-256, then MD5. `-sess` variants too. */
  readonly algorithms?: readonly string[]
  readonly clock: Clock
  readonly random: Random
}

const NONCE_MS = 300_000
const MAX_NONCES = 10_000

export class DigestGuard {
  readonly #options: DigestGuardOptions
  /** Nonces given out, with the moment on the monotonic clock when each grows stale. */
  readonly #nonces = new Map<string, number>()

  constructor(options: DigestGuardOptions) {
    this.#options = options
  }

  /** The headers of a 401, or undefined where the request has proved itself. */
  challenge(request: SipRequest): HeaderLine[] | undefined {
    const verdicts = request.headers
      .all('Authorization')
      .map((value) => this.#judge(request, value))
    if (verdicts.includes('good')) return undefined
    const stale = verdicts.includes('stale')
    const nonce = this.#newNonce()
    return (this.#options.algorithms ?? ['SHA-256', 'MD5']).map((algorithm) => {
      const parameters = new Map([
        ['realm', this.#options.realm],
        ['nonce', nonce],
        ['algorithm', algorithm],
        ['qop', 'auth'],
        ...(stale ? [['stale', 'true'] as const] : []),
      ])
      const value = formatAuthentication({ scheme: 'digest', parameters }, ['qop'])
      return ['WWW-Authenticate', value]
    })
  }

  #judge(request: SipRequest, value: string): 'good' | 'stale' | 'bad' {
    const { scheme, parameters } = parseAuthentication(value, 'Authorization')
    const { realm, username, password, clock } = this.#options
    const named = parameters.get('realm') === realm && parameters.get('username') === username
    // §22.4: the digest's URI need not be the Request-URI, which proxies may have rewritten.
    if (scheme !== 'digest' || !named) return 'bad'
    const secret = { username, password }
    const expected = digestResponse(parameters, secret, request.method, request.body)
    if (expected === undefined || !equal(expected, parameters.get('response') ?? '')) return 'bad'
    const staleAt = this.#nonces.get(parameters.get('nonce') ?? '') ?? 0
    return staleAt > clock.monotonic() ? 'good' : 'stale'
  }

  #newNonce(): string {
    const nonce = randomHex(this.#options.random, 16)
    this.#nonces.set(nonce, this.#options.clock.monotonic() + NONCE_MS)
    if (this.#nonces.size > MAX_NONCES) this.#nonces.delete(this.#nonces.keys().next().value ?? '')
    return nonce
  }
}

function equal(expected: string, given: string): boolean {
  const one = Buffer.from(expected)
  const other = Buffer.from(given.toLowerCase())
  return one.length === other.length && timingSafeEqual(one, other)
}
