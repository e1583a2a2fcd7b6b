import { meanSquare, powerToDbm0 } from './pcm.ts'

export interface VoiceActivityOptions {
  /** Under this nothing is speech. Default −40. */
  readonly thresholdDbm0?: number
  /** How far speech stands above the noise. Default 8. */
  readonly overNoiseDb?: number
  /** How long a pause within speech may be. Default 200. */
  readonly hangoverMs?: number
}

/** How fast the noise estimate may rise, so that long speech is not taken for noise. */
const NOISE_RISE_DB_PER_SECOND = 3
const QUIETEST_DBM0 = -70

/** Is somebody speaking? By energy against a noise floor that follows the quietest moments. */
export class VoiceActivity {
  readonly #thresholdDbm0: number
  readonly #overNoiseDb: number
  readonly #hangoverMs: number
  #noiseDbm0: number
  #leftMs = 0
  #speechMs = 0
  #silenceMs = 0

  constructor(options: VoiceActivityOptions = {}) {
    this.#thresholdDbm0 = options.thresholdDbm0 ?? -40
    this.#overNoiseDb = options.overNoiseDb ?? 8
    this.#hangoverMs = options.hangoverMs ?? 200
    this.#noiseDbm0 = QUIETEST_DBM0
  }

  /** One frame (10–30 ms) at 8 kHz. True while speech goes on. */
  process(samples: Int16Array, start = 0, end = samples.length): boolean {
    const frameMs = (end - start) / 8
    const level = Math.max(QUIETEST_DBM0, powerToDbm0(meanSquare(samples, start, end)))
    const risen = this.#noiseDbm0 + (NOISE_RISE_DB_PER_SECOND * frameMs) / 1000
    const loud = level > Math.max(this.#thresholdDbm0, this.#noiseDbm0 + this.#overNoiseDb)
    this.#noiseDbm0 = Math.min(level, risen)
    this.#leftMs = loud ? this.#hangoverMs : Math.max(0, this.#leftMs - frameMs)
    const speaking = this.#leftMs > 0
    this.#speechMs = speaking ? this.#speechMs + frameMs : 0
    this.#silenceMs = speaking ? 0 : this.#silenceMs + frameMs
    return speaking
  }

  /** How long the present speech has lasted, its hangover included; 0 in silence. */
  get speechMs(): number {
    return this.#speechMs
  }

  /** How long it has been silent; 0 in speech. */
  get silenceMs(): number {
    return this.#silenceMs
  }
}
