import { LINEAR_TO_ALAW, LINEAR_TO_ULAW } from '#audio'
import { type Codec, FRAME_SAMPLES } from '../codec.ts'

/** The slots of two streams are not the same, and one may be late: more than so many frames are stale. */
const MOST_FRAMES = 3

/** What one stream hears, on its way to be sent by another, G.711. */
export class Relay {
  readonly #codes = new Uint8Array(MOST_FRAMES * FRAME_SAMPLES)
  #first = 0
  #count = 0

  /** The oldest frame goes where there are too many. */
  push(samples: Int16Array, codec: Codec): void {
    const table = codec === 'PCMU' ? LINEAR_TO_ULAW : LINEAR_TO_ALAW
    if (this.#count === MOST_FRAMES) this.#drop()
    const at = ((this.#first + this.#count) % MOST_FRAMES) * FRAME_SAMPLES
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      this.#codes[at + n] = table[(samples[n] ?? 0) + 32_768] ?? 0
    }
    this.#count++
  }

  /** Puts the oldest frame into `packet`; false where there is none. */
  shift(packet: Uint8Array, start: number): boolean {
    if (this.#count === 0) return false
    const at = this.#first * FRAME_SAMPLES
    for (let n = 0; n < FRAME_SAMPLES; n++) packet[start + n] = this.#codes[at + n] ?? 0
    this.#drop()
    return true
  }

  #drop(): void {
    this.#first = (this.#first + 1) % MOST_FRAMES
    this.#count--
  }
}
