import { OPUS_MAX_SAMPLES, OPUS_STEP_SAMPLES, type OpusDecoder } from '#audio'
import { FRAME_SAMPLES } from '../codec.ts'

/** So much is made up in a row, 100 ms, before there is silence. */
const MOST_CONCEALED = 5 * FRAME_SAMPLES
const NOTHING = new Int16Array(0)

/**
 * Opus packets as audio that is played in parts. What was lost is made up by the codec itself, which knows
 * what it has heard: from the packet that follows, where that repeats what was lost (in-band FEC), else from
 * what came before.
 */
export class OpusPlayout {
  readonly #decoder: OpusDecoder
  #decoded: Int16Array = NOTHING
  /** Made up, and how much of it was played. */
  #madeUp: Int16Array = NOTHING
  #played = 0
  #concealed = 0

  constructor(decoder: OpusDecoder) {
    this.#decoder = decoder
  }

  /** The next packet; what was made up beyond its beginning is forgotten. */
  decode(packet: Uint8Array): void {
    this.#decoded = this.#decoder.decode(packet)
    this.#forget()
  }

  /** Of the packet that was decoded last. */
  read(from: number, count: number, frame: Int16Array, at: number): void {
    for (let n = 0; n < count; n++) frame[at + n] = this.#decoded[from + n] ?? 0
  }

  /**
   * Fills `count` samples. `next`: the packet that ends the gap, and how much of this is missing before it.
   * False where it is silence.
   */
  makeUp(frame: Int16Array, at: number, count: number, next?: GapEnd): boolean {
    for (let n = 0; n < count; n++) {
      if (this.#played >= this.#madeUp.length) {
        if (this.#concealed >= MOST_CONCEALED && !next) {
          frame.fill(0, at + n, at + count)
          return n > 0
        }
        this.#makeMore(next)
      }
      frame[at + n] = this.#madeUp[this.#played++] ?? 0
    }
    return true
  }

  /** The peer rests, and nothing is missing. */
  rest(): void {
    this.#forget()
  }

  #makeMore(next: GapEnd | undefined): void {
    const isPossible =
      next !== undefined &&
      next.missing % OPUS_STEP_SAMPLES === 0 &&
      next.missing <= OPUS_MAX_SAMPLES
    this.#madeUp = isPossible
      ? this.#decoder.recover(next.packet, next.missing)
      : this.#decoder.conceal(FRAME_SAMPLES)
    this.#played = 0
    this.#concealed += this.#madeUp.length
  }

  #forget(): void {
    this.#madeUp = NOTHING
    this.#played = 0
    this.#concealed = 0
  }
}

export interface GapEnd {
  readonly packet: Uint8Array
  /** Samples of 8 kHz. */
  readonly missing: number
}
