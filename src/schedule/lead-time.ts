const LONGEST_MS = 200
/** How much of a difference is believed at once: more of a longer time than of a shorter one. */
const UP = 0.5
const DOWN = 0.3

/** How long a step takes, learnt from how long it took. */
export class LeadTime {
  #ms: number

  /** `firstMs`: a guess. */
  constructor(firstMs: number) {
    this.#ms = firstMs
  }

  get ms(): number {
    return this.#ms
  }

  note(tookMs: number): void {
    const share = tookMs > this.#ms ? UP : DOWN
    this.#ms = Math.min(LONGEST_MS, this.#ms + share * (tookMs - this.#ms))
  }
}
