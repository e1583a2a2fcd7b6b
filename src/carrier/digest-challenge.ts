/** RFC 3261 section 22.3 and RFC 2617 section 3.2, MD5 with qop auth: the side of the proxy that asks. */
import { createHash } from 'node:crypto'
import { type Random, randomHex } from '#base'

export interface ChallengeCredentials {
  readonly username: string
  readonly password: string
}

const REALM = 'carrier.example'

/** A Proxy-Authenticate value with a new nonce. */
export function createChallenge(random: Random): {
  readonly nonce: string
  readonly value: string
} {
  const nonce = randomHex(random, 16)
  return { nonce, value: `Digest realm="${REALM}", nonce="${nonce}", algorithm=MD5, qop="auth"` }
}

/** Whether a Proxy-Authorization value of an INVITE answers the challenge with this nonce. */
export function answersChallenge(
  authorization: string,
  nonce: string,
  credentials: ChallengeCredentials,
): boolean {
  const given = parseParameters(authorization)
  const { username, password } = credentials
  if (given.get('nonce') !== nonce || given.get('username') !== username) return false
  const secret = md5(`${username}:${REALM}:${password}`)
  const request = md5(`INVITE:${given.get('uri') ?? ''}`)
  const qop = given.get('qop')
  const middle =
    qop === undefined ? nonce : [nonce, given.get('nc'), given.get('cnonce'), qop].join(':')
  return given.get('response') === md5(`${secret}:${middle}:${request}`)
}

function parseParameters(authorization: string): ReadonlyMap<string, string> {
  const parameters = authorization.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi)
  return new Map(
    [...parameters].map(([, name = '', quoted, plain]) => [
      name.toLowerCase(),
      quoted ?? plain ?? '',
    ]),
  )
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
