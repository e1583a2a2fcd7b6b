import type { ToneRun } from './tone-run.ts'

/** What tones that are no beeps say of who answered. */
export type NetworkTone = 'fax-answering' | 'fax-calling' | 'operator' | 'progress-tone'

const FRAME_MS = 20
/** ITU-T T.30 section 4.3.3.2 (CED) and V.8 (ANSam): 2100 Hz ± 15 Hz, for seconds; we measure to some hertz. */
const CED = { leastHz: 2075, mostHz: 2125, leastMs: 400 }
/** T.30 section 4.3.3.1 (CNG): 1100 Hz ± 38 Hz, 0.5 s ± 15 %, and 3 s of silence. */
const CNG = { leastHz: 1055, mostHz: 1145, leastMs: 380, mostMs: 620 }
/** ITU-T E.180 section 7 (special information tones), with the pairs that North America has. */
const SIT_HZ = [
  [890, 1010],
  [1340, 1450],
  [1745, 1830],
] as const
const SIT_LEAST_MS = 120
const SIT_MOST_MS = 480
const SIT_KNOWN_MS = 140
/** Dial, busy and ringing tones of E.180 have pairs of 350 to 620 Hz or one of 400 to 450 Hz, and are longer than beeps. */
const PROGRESS = { leastHz: 340, mostHz: 640, leastMs: 1700 }

/** Fax tones, special information tones and what the network lets callers hear. */
export class NetworkTones {
  /** How many of the three information tones were heard, one after the other. */
  #step = 0
  #sinceStepMs = 0

  /** Whether information tones may have begun: the same tones could be beeps. */
  get isUnderway(): boolean {
    return this.#step > 0
  }

  /** Once a frame. */
  judge(run: ToneRun): NetworkTone | undefined {
    if (this.#isInformation(run)) return 'operator'
    const { lowHz, highHz, durationMs, endedMs } = run
    if (highHz === 0 && durationMs >= CED.leastMs && isWithin(lowHz, CED)) return 'fax-answering'
    const isOfCng = endedMs >= CNG.leastMs && endedMs <= CNG.mostMs
    if (highHz === 0 && isOfCng && isWithin(lowHz, CNG)) return 'fax-calling'
    const isOfProgress = isWithin(lowHz, PROGRESS) && (highHz === 0 || isWithin(highHz, PROGRESS))
    return isOfProgress && durationMs >= PROGRESS.leastMs ? 'progress-tone' : undefined
  }

  #isInformation(run: ToneRun): boolean {
    this.#sinceStepMs += FRAME_MS
    const [leastHz, mostHz] = SIT_HZ[this.#step] ?? SIT_HZ[0]
    const isNext = run.highHz === 0 && run.lowHz > leastHz && run.lowHz < mostHz
    if (this.#step === 2 && isNext && run.durationMs >= SIT_KNOWN_MS) return true
    if (run.endedMs === 0) {
      // The next tone follows at once.
      const isLate = !run.isOn && this.#sinceStepMs > SIT_MOST_MS
      if (this.#step > 0 && isLate) this.#step = 0
      return false
    }
    const isLength = run.endedMs >= SIT_LEAST_MS && run.endedMs <= SIT_MOST_MS
    this.#step = isNext && isLength ? this.#step + 1 : 0
    this.#sinceStepMs = 0
    return false
  }
}

function isWithin(hz: number, { leastHz, mostHz }: { leastHz: number; mostHz: number }): boolean {
  return hz >= leastHz && hz <= mostHz
}
