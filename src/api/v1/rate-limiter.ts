import type { Clock } from '#base'

const WINDOW_MS = 60_000
/** Clients that are remembered; those that have all their requests again need not be. */
const MOST_CLIENTS = 10_000

interface Bucket {
  /** Requests that it may send now. */
  left: number
  /** Monotonic milliseconds. */
  filledAtMs: number
}

export interface RateAnswer {
  /** Header fields of the reply. */
  readonly fields: readonly (readonly [string, string])[]
  /** It has none left; so long until it has one. */
  readonly retryAfterSeconds?: number
}

/**
 * How many requests each client of this server may send: so many at once, and as many again in the course of a
 * minute. Told in the fields of draft-ietf-httpapi-ratelimit-headers-10.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #perMinute: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock
    this.#perMinute = perMinute
  }

  /** Takes one of the client's requests, where it has one left. */
  take(client: string): RateAnswer {
    const bucket = this.#bucketOf(client)
    const isAllowed = bucket.left >= 1
    if (isAllowed) bucket.left -= 1
    const fields = this.#fields(bucket)
    if (isAllowed) return { fields }
    const waitMs = ((1 - bucket.left) * WINDOW_MS) / this.#perMinute
    return { fields, retryAfterSeconds: Math.ceil(waitMs / 1000) }
  }

  #bucketOf(client: string): Bucket {
    const nowMs = this.#clock.monotonic()
    const known = this.#buckets.get(client)
    if (known !== undefined) {
      const gained = ((nowMs - known.filledAtMs) * this.#perMinute) / WINDOW_MS
      known.left = Math.min(this.#perMinute, known.left + gained)
      known.filledAtMs = nowMs
      return known
    }
    if (this.#buckets.size >= MOST_CLIENTS) this.#forgetRested(nowMs)
    const bucket = { left: this.#perMinute, filledAtMs: nowMs }
    this.#buckets.set(client, bucket)
    return bucket
  }

  /** A minute without a request fills every bucket. */
  #forgetRested(nowMs: number): void {
    for (const [client, { filledAtMs }] of this.#buckets) {
      if (nowMs - filledAtMs >= WINDOW_MS) this.#buckets.delete(client)
    }
  }

  #fields({ left }: Bucket): [string, string][] {
    const limit = this.#perMinute
    const fullInSeconds = Math.ceil(((limit - left) * WINDOW_MS) / limit / 1000)
    return [
      ['ratelimit-policy', `"requests";q=${limit};w=${WINDOW_MS / 1000}`],
      ['ratelimit', `"requests";r=${Math.floor(left)};t=${fullInSeconds}`],
    ]
  }
}
