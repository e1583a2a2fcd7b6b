import type { Clock } from '#base'

/** How much two clocks may drift apart, as a share of the time between. */
const DRIFT = 0.0002

/** One reading of the store's clock. */
export interface StoreTime {
  /** Milliseconds since 1970 by the store's clock. */
  readonly at: number
  /** Our monotonic milliseconds before and after. */
  readonly sentMs: number
  readonly receivedMs: number
}

/**
 * The store's clock on our monotonic one. A reading only says that it was taken between question and
 * answer; what all readings have in common is known better than that. One that contradicts the others
 * tells that the store's clock was set, and they are forgotten.
 */
export class StoreClock {
  readonly #clock: Clock
  /** The least and the most that the store's clock is ahead. */
  #least = Number.NEGATIVE_INFINITY
  #most = Number.POSITIVE_INFINITY
  #notedMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note({ at, sentMs, receivedMs }: StoreTime): void {
    const drift = DRIFT * Math.abs(receivedMs - this.#notedMs)
    const [least, most] = [at - receivedMs, at - sentMs]
    this.#notedMs = receivedMs
    this.#least = Math.max(this.#least - drift, least)
    this.#most = Math.min(this.#most + drift, most)
    if (this.#least > this.#most) [this.#least, this.#most] = [least, most]
  }

  /** Milliseconds from now to a moment by the store's clock; after the first reading. */
  msUntil(at: number): number {
    return at - (this.#least + this.#most) / 2 - this.#clock.monotonic()
  }
}
