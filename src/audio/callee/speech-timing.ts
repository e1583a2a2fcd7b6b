import { powerToDbm0 } from '../pcm.ts'

const FRAME_MS = 20
/** Under this nothing is speech. */
const QUIETEST_DBM0 = -40
/** Speech is at most so far below its own loudest moment: what is softer goes on behind it. */
const BELOW_LOUDEST_DB = 17
const OVER_NOISE_DB = 6
/** The lowest moment of somebody who never pauses is loud: not all that is loud is noise. */
const UNDER_LOUDEST_DB = 6
/** What never rises so far above its own lowest moment is a noise. */
const LEAST_SWING_DB = 9
/** Shorter sounds are clicks. */
const CLICK_FRAMES = 3
/** Longer than the stop within a word is a pause for breath. */
const JOINED_FRAMES = 4
/** So long a tone takes to be as steady as one. */
const BEFORE_TONE_FRAMES = 3
const SILENCE_DBM0 = -80

/**
 * When was something said, and when not? All of it is judged anew in every frame, because only the
 * loudest moment so far tells which sounds before it were no more than background.
 */
export class SpeechTiming {
  readonly #levels: Float64Array
  #frames = 0
  /** When somebody first spoke, and last; −1: nobody has. Milliseconds from the first frame. */
  startedMs = -1
  lastMs = -1
  /** Of what was said without a pause for breath, the longest. */
  longestPhraseMs = 0

  /** `limitMs`: for so long it may listen. */
  constructor(limitMs: number) {
    this.#levels = new Float64Array(Math.ceil(limitMs / FRAME_MS))
  }

  get hasSpeech(): boolean {
    return this.startedMs >= 0
  }

  /** For how long nobody has spoken, since somebody did. */
  get silentMs(): number {
    return this.hasSpeech ? this.#frames * FRAME_MS - this.lastMs : 0
  }

  /** From the first to the last word so far, pauses included; 0: nobody has spoken. */
  get spokenMs(): number {
    return this.lastMs - this.startedMs
  }

  /** One frame of 20 ms. `power`: its mean square; `toneMs`: for how long a tone has sounded, which is no speech. */
  hear(power: number, toneMs: number): void {
    if (this.#frames === this.#levels.length) return
    this.#levels[this.#frames++] = Math.max(SILENCE_DBM0, powerToDbm0(power))
    const toneFrames = toneMs === 0 ? 0 : toneMs / FRAME_MS + BEFORE_TONE_FRAMES
    this.#levels.fill(SILENCE_DBM0, Math.max(0, this.#frames - toneFrames), this.#frames)
    this.#judge()
  }

  #judge(): void {
    this.startedMs = -1
    this.lastMs = -1
    this.longestPhraseMs = 0
    let loudest = SILENCE_DBM0
    let lowest = 0
    for (let frame = 2; frame < this.#frames; frame++) {
      const level = this.#smoothed(frame)
      loudest = Math.max(loudest, level)
      lowest = Math.min(lowest, level)
    }
    if (loudest - lowest < LEAST_SWING_DB) return
    const overNoise = Math.min(lowest + OVER_NOISE_DB, loudest - UNDER_LOUDEST_DB)
    const threshold = Math.max(QUIETEST_DBM0, loudest - BELOW_LOUDEST_DB, overNoise)
    let began = -1
    let lastLoud = -1
    let loudFrames = 0
    for (let frame = 0; frame <= this.#frames; frame++) {
      const isLoud = frame < this.#frames && (this.#levels[frame] ?? 0) > threshold
      const isOver = frame === this.#frames || frame - lastLoud > JOINED_FRAMES
      if (began >= 0 && !isLoud && isOver) {
        if (loudFrames >= CLICK_FRAMES) this.#note(began, lastLoud + 1)
        began = -1
      }
      if (!isLoud) continue
      loudFrames = began < 0 ? 1 : loudFrames + 1
      if (began < 0) began = frame
      lastLoud = frame
    }
  }

  /** Over three frames: one alone says little. */
  #smoothed(frame: number): number {
    const levels = this.#levels
    return ((levels[frame] ?? 0) + (levels[frame - 1] ?? 0) + (levels[frame - 2] ?? 0)) / 3
  }

  /** Somebody spoke in these frames. */
  #note(from: number, to: number): void {
    if (this.startedMs < 0) this.startedMs = from * FRAME_MS
    this.longestPhraseMs = Math.max(this.longestPhraseMs, (to - from) * FRAME_MS)
    this.lastMs = to * FRAME_MS
  }
}
