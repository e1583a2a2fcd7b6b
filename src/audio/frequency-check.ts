/** Is a tone where it should be? ITU-T Q.24: 1.5 to 1.8 % off must be taken for a key, 3 to 3.5 % must not. */

const SAMPLE_RATE = 8000
/** Between what must work and what must not. */
const MAX_OFFSET = 0.024
/** The power is measured so far below and above. */
const PROBE_HZ = 20

/**
 * Compares the power a little below and a little above each frequency: a Hann window makes them equal
 * for a tone in the middle, and another tone, 3.4 times as far away as the window is wide, counts for
 * nothing.
 */
export class FrequencyCheck {
  readonly #length: number
  readonly #window: Float64Array
  readonly #windowed: Float64Array

  /** `length`: of the samples, some 25 ms. */
  constructor(length: number) {
    this.#length = length
    this.#windowed = new Float64Array(length)
    this.#window = Float64Array.from(
      { length },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
    )
  }

  /** Two pieces of samples, one after the other, together of the length. */
  take(first: Int16Array, second: Int16Array): void {
    for (let i = 0; i < this.#length; i++) {
      const sample = i < first.length ? first[i] : second[i - first.length]
      this.#windowed[i] = (sample ?? 0) * (this.#window[i] ?? 0)
    }
  }

  isOn(frequencyHz: number): boolean {
    const below = power(this.#windowed, frequencyHz - PROBE_HZ)
    const above = power(this.#windowed, frequencyHz + PROBE_HZ)
    const limit = this.#ratioAt(MAX_OFFSET * frequencyHz)
    return below < above * limit && above < below * limit
  }

  /** How much stronger the nearer side is, for a tone so many hertz off. */
  #ratioAt(offsetHz: number): number {
    const bins = this.#length / SAMPLE_RATE
    const near = hannResponse((offsetHz - PROBE_HZ) * bins)
    return (near / hannResponse((offsetHz + PROBE_HZ) * bins)) ** 2
  }
}

/** What a Hann window leaves of a tone that is so many bins away. */
function hannResponse(bins: number): number {
  if (bins === 0) return 1
  return Math.sin(Math.PI * bins) / (Math.PI * bins) / (1 - bins * bins)
}

/** Goertzel's algorithm; for comparisons only, so not scaled. */
function power(samples: Float64Array, frequencyHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / SAMPLE_RATE)
  let last = 0
  let lastButOne = 0
  for (let i = 0; i < samples.length; i++) {
    const next = (samples[i] ?? 0) + coefficient * last - lastButOne
    lastButOne = last
    last = next
  }
  return last * last + lastButOne * lastButOne - coefficient * last * lastButOne
}
