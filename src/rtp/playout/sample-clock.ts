/**
 * The timestamps of one source in samples of 8 kHz, whatever its clock is: what is counted six times as fast
 * also wraps at another place.
 */
export class SampleClock {
  #scale = 1
  /** The same moment on both clocks. */
  #timestamp = 0
  #samples = 0

  /** By what the clock is faster than 8 kHz. */
  get scale(): number {
    return this.#scale
  }

  set scale(scale: number) {
    this.#scale = scale
    this.#timestamp = 0
    this.#samples = 0
  }

  samplesAt(timestamp: number): number {
    if (this.#scale === 1) return timestamp
    const ahead = Math.floor(((timestamp - this.#timestamp) | 0) / this.#scale)
    this.#timestamp = (this.#timestamp + ahead * this.#scale) >>> 0
    this.#samples = (this.#samples + ahead) >>> 0
    return this.#samples
  }
}
