import type { ToneSpectrum } from './tone-spectrum.ts'

const FRAME_MS = 20
/** A tone stays where it is; what wanders further is a voice. */
const STEADY_HZ = 14
/** A voice can be as steady for less than that. */
const VOWEL_MS = 100
/** So many frames may be spoilt, by a lost packet or by a turn of the phase, before a tone is over. */
const SPOILT_FRAMES = 2
/** A frame so far below the tone's own level is not of it. */
const FALLEN = 10 ** (-12 / 10)

/** Follows a tone, or two together, from frame to frame. */
export class ToneRun {
  /** Of the tone that goes on, or of the one that has just ended; 0: of no second tone. */
  lowHz = 0
  highHz = 0
  /** How long the tone has gone on; 0: there is none. */
  durationMs = 0
  /** In the frame in which it was found to be over: how long the tone was. Otherwise 0. */
  endedMs = 0
  #power = 0
  #spoilt = 0

  /** `power`: mean square of the frame that the spectrum has heard. */
  follow({ lowHz, highHz }: ToneSpectrum, power: number): void {
    this.endedMs = 0
    const isSame =
      Math.abs(lowHz - this.lowHz) < STEADY_HZ &&
      Math.abs(highHz - this.highHz) < STEADY_HZ &&
      power > this.#power * FALLEN
    if (this.durationMs > 0 && isSame) {
      // The first frame was but half a tone.
      if (this.durationMs === FRAME_MS) [this.lowHz, this.highHz] = [lowHz, highHz]
      this.durationMs += (1 + this.#spoilt) * FRAME_MS
      this.#spoilt = 0
      this.#power = Math.max(this.#power, power)
      return
    }
    const isWorthWaiting = this.durationMs > FRAME_MS
    if (isWorthWaiting && this.#spoilt < SPOILT_FRAMES) {
      this.#spoilt++
      return
    }
    this.endedMs = isWorthWaiting ? this.durationMs : 0
    if (isWorthWaiting) this.durationMs = 0
    else this.#begin(lowHz, highHz, power)
  }

  /** Whether it is a tone, and no steady part of a vowel. */
  get isOn(): boolean {
    return this.durationMs >= VOWEL_MS
  }

  #begin(lowHz: number, highHz: number, power: number): void {
    this.lowHz = lowHz
    this.highHz = highHz
    this.#power = power
    this.#spoilt = 0
    this.durationMs = lowHz > 0 ? FRAME_MS : 0
  }
}
