import { type Random, randomHex } from '#base'
import { answerChallenge, type Challenge, challengesOf } from './digest.ts'
import type { HeaderLine } from './header-fields.ts'
import type { Credentials } from './invite.ts'
import type { SipResponse } from './message.ts'

/**
 * The challenges that one request has met, RFC 3261 §22: a proxy's and the callee's may come one after
 * the other, and then both want their answer.
 */
export class DigestSession {
  readonly #credentials: Credentials | undefined
  readonly #random: Random
  readonly #challenges = new Map<string, { challenge: Challenge; nonceCount: number }>()

  constructor(credentials: Credentials | undefined, random: Random) {
    this.#credentials = credentials
    this.#random = random
  }

  /** False where another try is vain: nothing to answer, or an answer was rejected (§22.2). */
  take(response: SipResponse): boolean {
    if (response.status !== 401 && response.status !== 407) return false
    const challenges = this.#credentials === undefined ? [] : challengesOf(response)
    if (challenges.length === 0 || challenges.some((each) => this.#rejected(each))) return false
    for (const challenge of challenges) {
      this.#challenges.set(keyOf(challenge), { challenge, nonceCount: 0 })
    }
    return true
  }

  /** The headers for the next try. */
  headers(method: string, uri: string, body: Uint8Array): HeaderLine[] {
    const credentials = this.#credentials
    if (credentials === undefined) return []
    return [...this.#challenges.values()].map((entry) => {
      const nonceCount = ++entry.nonceCount
      const cnonce = randomHex(this.#random, 8)
      const request = { method, uri, body, credentials, cnonce, nonceCount }
      return [entry.challenge.header, answerChallenge(entry.challenge, request)]
    })
  }

  /** The same realm asks again although only a stale nonce would be a reason to. */
  #rejected(challenge: Challenge): boolean {
    const before = this.#challenges.get(keyOf(challenge))?.challenge
    return before !== undefined && (!challenge.stale || before.nonce === challenge.nonce)
  }
}

function keyOf({ header, realm }: Challenge): string {
  return `${header} ${realm}`
}
