/** Digest as a client, RFC 3261 §22.4, RFC 7616 and RFC 8760. */
import { createHash } from 'node:crypto'
import {
  type AuthenticationValue,
  formatAuthentication,
  parseAuthentication,
} from './headers/authentication.ts'
import { utf8Bytes } from './headers/grammar.ts'
import type { Credentials } from './invite.ts'
import type { SipResponse } from './message.ts'
import { SipParseError } from './parse-error.ts'

/** Names as in the `algorithm` parameter, weakest first; each also with `-sess`. */
const HASHES: readonly (readonly [algorithm: string, hash: string])[] = [
  ['MD5', 'md5'],
  ['SHA-256', 'sha256'],
  ['SHA-512-256', 'sha512-256'],
]

export interface DigestRequest {
  readonly method: string
  readonly uri: string
  readonly body: Uint8Array
  readonly credentials: Credentials
  readonly cnonce: string
  /** How often the nonce has been used, this time included. */
  readonly nonceCount: number
}

export interface Challenge {
  /** Where its answer goes. */
  readonly header: 'Authorization' | 'Proxy-Authorization'
  readonly realm: string
  readonly nonce: string
  readonly stale: boolean
  readonly value: AuthenticationValue
}

/**
 * What a 401 or 407 asks for: the strongest known challenge of each realm (RFC 8760 §2.4 leaves the
 * choice to local policy). Those that cannot be answered are left out.
 */
export function challengesOf(response: SipResponse): Challenge[] {
  return CHALLENGES.flatMap(([challengeHeader, header]) => {
    const known = response.headers.all(challengeHeader).flatMap(readDigest)
    return strongestOfEachRealm(known).map((value) => ({
      header,
      realm: parameter(value, 'realm'),
      nonce: parameter(value, 'nonce'),
      stale: parameter(value, 'stale').toLowerCase() === 'true',
      value,
    }))
  })
}

/** The value of the Authorization or Proxy-Authorization header. */
export function answerChallenge({ value }: Challenge, request: DigestRequest): string {
  return formatAuthentication(answer(value, request))
}

const CHALLENGES = [
  ['WWW-Authenticate', 'Authorization'],
  ['Proxy-Authenticate', 'Proxy-Authorization'],
] as const

/** RFC 7616 §3.4.1: the request-digest for these parameters. */
export function digestResponse(
  parameters: ReadonlyMap<string, string>,
  secret: Credentials,
  method: string,
  body: Uint8Array,
): string | undefined {
  const value = (name: string): string => parameters.get(name) ?? ''
  const algorithm = value('algorithm') === '' ? 'MD5' : value('algorithm').toUpperCase()
  const hash = hashOf(algorithm)
  if (hash === undefined) return undefined
  const h = (text: string | Uint8Array): string => createHash(hash).update(text).digest('hex')
  const { username, password } = secret
  const credentials = h(latin1(`${utf8Bytes(username)}:${value('realm')}:${utf8Bytes(password)}`))
  const session = algorithm.endsWith('-SESS')
  const a1 = session
    ? h(latin1(`${credentials}:${value('nonce')}:${value('cnonce')}`))
    : credentials
  const qop = value('qop').toLowerCase()
  const entity = qop === 'auth-int' ? `:${h(body)}` : ''
  const a2 = h(latin1(`${method}:${value('uri')}${entity}`))
  const middle = qop === '' ? '' : `${value('nc')}:${value('cnonce')}:${value('qop')}:`
  return h(latin1(`${a1}:${value('nonce')}:${middle}${a2}`))
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

function readDigest(value: string): AuthenticationValue[] {
  try {
    const challenge = parseAuthentication(value, 'WWW-Authenticate')
    const usable = challenge.scheme === 'digest' && parameter(challenge, 'nonce') !== ''
    return usable && strength(challenge) >= 0 && chooseQop(challenge) !== undefined
      ? [challenge]
      : []
  } catch (thrown) {
    if (thrown instanceof SipParseError) return []
    throw thrown
  }
}

function strongestOfEachRealm(challenges: AuthenticationValue[]): AuthenticationValue[] {
  const best = new Map<string, AuthenticationValue>()
  for (const challenge of challenges) {
    const realm = parameter(challenge, 'realm')
    const rival = best.get(realm)
    if (rival === undefined || strength(challenge) > strength(rival)) best.set(realm, challenge)
  }
  return [...best.values()]
}

function answer(challenge: AuthenticationValue, request: DigestRequest): AuthenticationValue {
  const parameters = new Map([
    ['username', utf8Bytes(request.credentials.username)],
    ['realm', parameter(challenge, 'realm')],
    ['nonce', parameter(challenge, 'nonce')],
    ['uri', request.uri],
  ])
  copy(challenge, parameters, 'algorithm')
  const qop = chooseQop(challenge) ?? ''
  const session = parameter(challenge, 'algorithm').toUpperCase().endsWith('-SESS')
  if (qop !== '' || session) parameters.set('cnonce', request.cnonce)
  if (qop !== '') parameters.set('qop', qop).set('nc', nonceCount(request))
  const { credentials, method, body } = request
  parameters.set('response', digestResponse(parameters, credentials, method, body) ?? '')
  copy(challenge, parameters, 'opaque')
  return { scheme: 'digest', parameters }
}

/** Eight hexadecimal digits. */
function nonceCount(request: DigestRequest): string {
  return request.nonceCount.toString(16).padStart(8, '0')
}

/** '' where the challenge offers none (RFC 2069), undefined where only unknown ones are offered. */
function chooseQop(challenge: AuthenticationValue): '' | 'auth' | 'auth-int' | undefined {
  const offered = parameter(challenge, 'qop')
    .toLowerCase()
    .split(/[ \t,]+/)
  if (offered.includes('auth')) return 'auth'
  if (offered.includes('auth-int')) return 'auth-int'
  return offered.join('') === '' ? '' : undefined
}

/** -1 for an unknown algorithm. */
function strength(challenge: AuthenticationValue): number {
  const algorithm = parameter(challenge, 'algorithm').toUpperCase()
  if (algorithm === '') return 0
  return HASHES.findIndex(([name]) => name === algorithm.replace(/-SESS$/, ''))
}

function hashOf(algorithm: string): string | undefined {
  return HASHES.find(([name]) => name === algorithm.replace(/-SESS$/, ''))?.[1]
}

function parameter(value: AuthenticationValue, name: string): string {
  return value.parameters.get(name) ?? ''
}

function copy(from: AuthenticationValue, to: Map<string, string>, name: string): void {
  const value = from.parameters.get(name)
  if (value !== undefined) to.set(name, value)
}
