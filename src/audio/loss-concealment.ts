/**
 * What is put in place of audio that was lost, in the manner of ITU-T G.711 appendix I: the last pitch
 * periods go on, softer and softer, and pass over into the first audio that comes again.
 *
 * Departs from appendix I: because nothing is delayed by 3.75 ms here, the seam at the beginning is
 * smoothed within the repeated periods, not in audio that was played already.
 */

/** The longest pitch period, three times, and a quarter to smooth with. */
const HISTORY = 390
/** What is heard is written behind one another, and moved to the front only where there is no more room. */
const ROOM = 640
/** Pitch from 200 down to 66 Hz. */
const MIN_LAG = 40
const MAX_LAG = 120
/** Over so much the periods are compared, 20 ms. */
const WINDOW = 160
const TEN_MS = 80
/** Appendix I.2.4: 10 ms unchanged, then 20 % less every 10 ms. */
const FADE_SAMPLES = 5 * TEN_MS
const FULL_SAMPLES = TEN_MS
const MAX_PERIODS = 3
/** How long the return takes, beside a quarter of a period: 4 ms for each 10 ms that were lost. */
const RETURN_SHARE = 0.4

/** One stream's memory of what it heard last, 8 kHz. Nothing is allocated once it is made. */
export class LossConcealment {
  readonly #history = new Int16Array(HISTORY + ROOM)
  /** Where it ends. */
  #end = HISTORY
  readonly #cycle = new Int16Array(MAX_PERIODS * MAX_LAG)
  #cycleLength = 0
  #lag = 0
  #position = 0
  /** Samples made up since the last that came; 0: none. */
  #lost = 0

  /** Whether what it would make up now is silence. */
  get isSilent(): boolean {
    return gainAt(this.#lost) === 0
  }

  /** Audio that came: remembered, and its beginning joined to what was made up, in place. */
  hear(samples: Int16Array, start: number, count: number): void {
    if (this.#lost > 0) this.#returnTo(samples, start, count)
    this.#remember(samples, start, count)
  }

  /** Forgets that anything is missing: what follows stands for itself. */
  rest(): void {
    this.#lost = 0
  }

  /** Fills `count` samples from `start` on. */
  conceal(samples: Int16Array, start: number, count: number): void {
    for (let n = 0; n < count; n++) {
      if (this.#lost % TEN_MS === 0 && this.#lost < MAX_PERIODS * TEN_MS) this.#takeCycle()
      samples[start + n] = this.#next()
    }
  }

  #next(): number {
    const sample = (this.#cycle[this.#position] ?? 0) * gainAt(this.#lost)
    this.#position = (this.#position + 1) % this.#cycleLength
    this.#lost++
    return Math.round(sample)
  }

  /** One period at first; after 10 and 20 ms one more, so that it does not buzz. */
  #takeCycle(): void {
    if (this.#lost === 0) {
      this.#lag = findLag(this.#history, this.#end)
      this.#position = 0
    }
    const periods = 1 + this.#lost / TEN_MS
    const length = periods * this.#lag
    const from = this.#end - length
    for (let n = 0; n < length; n++) this.#cycle[n] = this.#history[from + n] ?? 0
    // The end of the cycle fades into what came before its beginning, so that it closes.
    const quarter = Math.min(this.#lag >> 2, HISTORY - length)
    for (let n = 0; n < quarter; n++) {
      const share = (n + 1) / (quarter + 1)
      const at = length - quarter + n
      const before = this.#history[from - quarter + n] ?? 0
      this.#cycle[at] = Math.round((this.#cycle[at] ?? 0) * (1 - share) + before * share)
    }
    this.#position = (this.#position % this.#lag) + length - this.#lag
    if (periods === 1) this.#position = 0
    this.#cycleLength = length
  }

  /** What was made up goes on a little, and fades out while what came fades in. */
  #returnTo(samples: Int16Array, start: number, count: number): void {
    const lost = this.#lost
    const overlap = Math.min(count, TEN_MS, (this.#lag >> 2) + Math.round(lost * RETURN_SHARE))
    for (let n = 0; n < overlap && gainAt(lost) > 0; n++) {
      const share = (n + 1) / (overlap + 1)
      const came = samples[start + n] ?? 0
      samples[start + n] = Math.round(came * share + this.#next() * (1 - share))
    }
    this.#lost = 0
  }

  #remember(samples: Int16Array, start: number, count: number): void {
    const kept = Math.min(HISTORY, count)
    if (this.#end + kept > this.#history.length) {
      this.#history.copyWithin(0, this.#end - HISTORY, this.#end)
      this.#end = HISTORY
    }
    const from = start + count - kept
    const end = this.#end
    for (let n = 0; n < kept; n++) this.#history[end + n] = samples[from + n] ?? 0
    this.#end = end + kept
  }
}

function gainAt(lost: number): number {
  return Math.max(0, Math.min(1, 1 - (lost - FULL_SAMPLES) / FADE_SAMPLES))
}

/** The period with which the end of `history` repeats best: coarsely at first, then exactly. */
function findLag(history: Int16Array, end: number): number {
  let best = MAX_LAG
  let bestLikeness = Number.NEGATIVE_INFINITY
  for (let lag = MIN_LAG; lag <= MAX_LAG; lag += 2) {
    const likeness = likenessAt(history, end, lag, 2)
    if (likeness <= bestLikeness) continue
    bestLikeness = likeness
    best = lag
  }
  const coarse = best
  bestLikeness = Number.NEGATIVE_INFINITY
  for (let lag = Math.max(MIN_LAG, coarse - 1); lag <= Math.min(MAX_LAG, coarse + 1); lag++) {
    const likeness = likenessAt(history, end, lag, 1)
    if (likeness <= bestLikeness) continue
    bestLikeness = likeness
    best = lag
  }
  return best
}

/** Cross-correlation of the last samples with those a lag before, over the root of the energy of those. */
function likenessAt(history: Int16Array, end: number, lag: number, step: number): number {
  let product = 0
  let energy = 0
  for (let n = end - WINDOW; n < end; n += step) {
    const before = history[n - lag] ?? 0
    product += Math.imul(history[n] ?? 0, before)
    energy += Math.imul(before, before)
  }
  return energy > 0 ? product / Math.sqrt(energy) : 0
}
