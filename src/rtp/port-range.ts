import { OutdialError, type Random, randomUint32 } from '#base'

/** RFC 3550 section 11: RTP takes the even port; the odd one above it is left to RTCP. */
export class PortRange {
  readonly #first: number
  readonly #count: number
  #next: number

  /** @throws OutdialError `media-invalid-ports` where the range holds no even port 1024–65534 */
  constructor({ low, high }: { readonly low: number; readonly high: number }, random: Random) {
    this.#first = low + (low % 2)
    this.#count = Math.floor((high - this.#first) / 2) + 1
    const valid = Number.isInteger(low) && Number.isInteger(high) && low >= 1024 && high <= 65_535
    if (!valid || this.#count < 1) {
      throw new OutdialError(
        'media-invalid-ports',
        `RTP ports ${low}–${high}: give a range within 1024–65535 that holds an even port.`,
      )
    }
    // A random start, so that a restarted node does not meet the packets of its former calls.
    this.#next = randomUint32(random) % this.#count
  }

  /** Every even port once, from the one after the last that was handed out. */
  *candidates(): Generator<number> {
    for (let tries = 0; tries < this.#count; tries++) {
      const port = this.#first + this.#next * 2
      this.#next = (this.#next + 1) % this.#count
      yield port
    }
  }
}
