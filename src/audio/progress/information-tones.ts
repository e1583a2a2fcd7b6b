import type { ToneSpectrum } from '../callee/tone-spectrum.ts'

/**
 * What the three information tones before an announcement say. North America codes it into the first two;
 * elsewhere they mean only that the call does not come about: `information`.
 */
export type InformationTone = 'vacant' | 'intercept' | 'no-circuit' | 'reorder' | 'information'

const FRAME_MS = 20
/** ITU-T E.180 section 7: 950, 1400 and 1800 Hz ± 50 Hz, with what North America has of them. */
const STEPS = [
  { leastHz: 890, mostHz: 1010 },
  { leastHz: 1340, mostHz: 1450 },
  { leastHz: 1745, mostHz: 1830 },
] as const
/** E.180: 330 ms ± 70 ms; North America 274 or 380 ms. Frames that are half of one tone count for none. */
const LEAST_FRAMES = 10
const MOST_FRAMES = 22
/** E.180: at most 30 ms of silence between two; a packet may be lost besides. */
const GAP_FRAMES = 4
/** Bellcore's codes: low 913.8 and 1370.6 Hz, high 985.2 and 1428.5 Hz, within that. */
const FIRST_HZ = { low: 913.8, high: 985.2 }
const SECOND_HZ = { low: 1370.6, high: 1428.5 }
const EXACT_HZ = 14
/** Short is 274 ms, long 380 ms; 330 ms, E.180's own, is neither. */
const SHORT_MOST_MS = 300
const LONG_LEAST_MS = 345

interface Segment {
  frames: number
  sumHz: number
}

/** Follows the three tones, frame by frame, each in its time. */
export class InformationTones {
  readonly #segments: readonly Segment[] = STEPS.map(() => ({ frames: 0, sumHz: 0 }))
  #step = 0
  #gap = 0

  /** What they say, in the frame in which the third is long enough. */
  follow({ lowHz, highHz }: ToneSpectrum): InformationTone | undefined {
    if (highHz > 0) return this.#miss()
    if (isOf(STEPS[this.#step], lowHz)) return this.#count(lowHz)
    const isNext = isOf(STEPS[this.#step + 1], lowHz) && this.#frames >= LEAST_FRAMES
    if (!isNext) return this.#miss()
    this.#step++
    this.#begin()
    return this.#count(lowHz)
  }

  get #frames(): number {
    return this.#segments[this.#step]?.frames ?? 0
  }

  #begin(): void {
    const segment = this.#segments[this.#step]
    if (segment) [segment.frames, segment.sumHz] = [0, 0]
  }

  #count(hz: number): InformationTone | undefined {
    const segment = this.#segments[this.#step]
    if (!segment) return undefined
    // A gap within a tone, of a lost packet, is of it.
    if (segment.frames > 0) {
      segment.frames += this.#gap
      segment.sumHz += this.#gap * hz
    }
    this.#gap = 0
    segment.frames++
    segment.sumHz += hz
    if (segment.frames > MOST_FRAMES) return this.#reset()
    if (this.#step < STEPS.length - 1 || segment.frames < LEAST_FRAMES) return undefined
    const told = this.#judge()
    this.#reset()
    return told
  }

  #miss(): undefined {
    if (this.#frames > 0 && ++this.#gap > GAP_FRAMES) this.#reset()
  }

  #reset(): undefined {
    this.#step = 0
    this.#gap = 0
    this.#begin()
  }

  #judge(): InformationTone {
    const [first, second] = this.#segments
    const one = first && codeOf(first, FIRST_HZ)
    const other = second && codeOf(second, SECOND_HZ)
    if (one === 'high' && other === 'low') return 'vacant'
    if (one === 'low' && other === 'low') return 'intercept'
    if (one === 'high' && other === 'high') return 'no-circuit'
    return one === 'low' && other === 'high' ? 'reorder' : 'information'
  }
}

function isOf(step: { leastHz: number; mostHz: number } | undefined, hz: number): boolean {
  return step !== undefined && hz > step.leastHz && hz < step.mostHz
}

/** Low goes with short and high with long; what has one without the other is not taken for a code. */
function codeOf(
  { frames, sumHz }: Segment,
  known: { readonly low: number; readonly high: number },
): 'low' | 'high' | undefined {
  const hz = sumHz / frames
  // The frame in which one tone turns into the next is of neither.
  const durationMs = (frames + 1) * FRAME_MS
  if (Math.abs(hz - known.low) < EXACT_HZ && durationMs <= SHORT_MOST_MS) return 'low'
  return Math.abs(hz - known.high) < EXACT_HZ && durationMs >= LONG_LEAST_MS ? 'high' : undefined
}
