/** Comfort noise, RFC 3389: what a peer that sends nothing wants to be heard meanwhile. */
import { clip } from './pcm.ts'

/** Section 3.1: 0 dBov is a square wave of full scale. */
const OVERLOAD_POWER = 32_768 ** 2
const MAX_ORDER = 16
const INITIAL_STATE = 0x2545_f491

/** Noise of one level and spectrum. Nothing is allocated once it is made. */
export class ComfortNoise {
  readonly #reflection = new Float64Array(MAX_ORDER)
  readonly #delayed = new Float64Array(MAX_ORDER + 1)
  #order = 0
  /** Peak of the evenly distributed excitation; 0 is silence. */
  #amplitude = 0
  #random = INITIAL_STATE

  /** Takes a payload, `bytes` from `start` to `end`: a level and up to 16 reflection coefficients. */
  describe(bytes: Uint8Array, start: number, end: number): void {
    this.#order = Math.max(0, Math.min(MAX_ORDER, end - start - 1))
    this.#delayed.fill(0)
    let gain = 1
    for (let n = 0; n < this.#order; n++) {
      // Section 3.2; index 255 is reserved, and would make the filter unstable.
      const index = Math.min(254, bytes[start + 1 + n] ?? 127)
      const coefficient = (258 * (index - 127)) / 32_768
      this.#reflection[n] = coefficient
      gain *= 1 - coefficient * coefficient
    }
    const level = (bytes[start] ?? 127) & 0x7f
    const power = end > start ? OVERLOAD_POWER * 10 ** (-level / 10) : 0
    // An all-pole filter raises the power of white noise by 1 / Π(1 − k²); even noise has a third of its peak's.
    this.#amplitude = Math.sqrt(3 * power * gain)
  }

  silence(): void {
    this.#amplitude = 0
  }

  get isSilent(): boolean {
    return this.#amplitude < 1
  }

  fill(samples: Int16Array, start: number, count: number): void {
    for (let n = 0; n < count; n++) samples[start + n] = this.isSilent ? 0 : clip(this.#next())
  }

  /** One sample through the lattice form of the filter. */
  #next(): number {
    let forward = this.#white() * this.#amplitude
    for (let n = this.#order - 1; n >= 0; n--) {
      const coefficient = this.#reflection[n] ?? 0
      const before = this.#delayed[n] ?? 0
      forward -= coefficient * before
      this.#delayed[n + 1] = before + coefficient * forward
    }
    this.#delayed[0] = forward
    return forward
  }

  /** Marsaglia's xorshift: evenly distributed in [−1, 1). Nobody's secret hangs on it. */
  #white(): number {
    let state = this.#random
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#random = state
    return state / 2 ** 31
  }
}
