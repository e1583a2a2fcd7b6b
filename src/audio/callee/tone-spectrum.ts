import { ZERO_DBM0_POWER } from '../pcm.ts'

const SAMPLE_RATE = 8000
/** 32 ms: the new frame and the end of the one before. */
const LENGTH = 256
const HALF = LENGTH / 2
const BIN_HZ = SAMPLE_RATE / LENGTH
const FRAME = 160
/** A tone's power lies so far to each side of its middle, for a Hann window is so wide. */
const LOBE = 2
/** Nearer to the strongest bin there is still its own lobe. */
const LEAST_BINS_APART = 4
/** Tones are looked for from 280 to 2250 Hz, and held against all that is from 60 Hz on. */
const FIRST_BIN = 9
const LAST_BIN = 72
const LOWEST_BIN = 2
const HIGHEST_BIN = 124
/** Quieter than −46 dBm0 nothing is looked for. */
const LEAST_POWER = ZERO_DBM0_POWER * 10 ** (-46 / 10)
/** One or two tones have so much of all power. */
const TONE_SHARE = 0.85
/** The weaker of two is at most 10 dB below the other. */
const LEAST_SECOND = 0.1

const WINDOW = Float64Array.from(
  { length: LENGTH },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / LENGTH),
)
const COSINES = Float64Array.from({ length: HALF }, (_, n) => Math.cos((2 * Math.PI * n) / LENGTH))
const SINES = Float64Array.from({ length: HALF }, (_, n) => Math.sin((2 * Math.PI * n) / LENGTH))
const REVERSED = Uint8Array.from({ length: HALF }, (_, n) =>
  Number.parseInt(n.toString(2).padStart(7, '0').split('').reverse().join(''), 2),
)

/**
 * Is a frame made of one tone, or of two? The two strongest peaks of its spectrum against all of it.
 * Two tones are told apart that are 130 Hz from one another.
 */
export class ToneSpectrum {
  readonly #samples = new Int16Array(LENGTH)
  readonly #real = new Float64Array(HALF)
  readonly #imaginary = new Float64Array(HALF)
  readonly #power = new Float64Array(HALF)
  /** Of the lower and of the higher tone; both 0 where there is none, the higher where there is one. */
  lowHz = 0
  highHz = 0

  /** A frame of 160 samples, whose mean square is `power`. */
  hear(frame: Int16Array, power: number): void {
    this.#samples.copyWithin(0, FRAME)
    this.#samples.set(frame, LENGTH - FRAME)
    this.lowHz = 0
    this.highHz = 0
    if (power < LEAST_POWER) return
    this.#measure()
    this.#find()
  }

  #find(): void {
    const power = this.#power
    let all = 0
    for (let bin = LOWEST_BIN; bin <= HIGHEST_BIN; bin++) all += power[bin] ?? 0
    const first = this.#peak(-LENGTH)
    const firstPower = this.#around(first)
    const second = this.#peak(first)
    const secondPower = this.#around(second)
    const isSingle = firstPower > TONE_SHARE * all
    const isDual =
      firstPower + secondPower > TONE_SHARE * all && secondPower > LEAST_SECOND * firstPower
    if (!isSingle && !isDual) return
    const one = this.#frequency(first)
    const other = this.#frequency(second)
    this.lowHz = isDual ? Math.min(one, other) : one
    this.highHz = isDual ? Math.max(one, other) : 0
  }

  /** The strongest bin that does not belong to the one at `apart`. */
  #peak(apart: number): number {
    let best = FIRST_BIN
    let most = -1
    for (let bin = FIRST_BIN; bin <= LAST_BIN; bin++) {
      const power = this.#power[bin] ?? 0
      if (power <= most || Math.abs(bin - apart) < LEAST_BINS_APART) continue
      best = bin
      most = power
    }
    return best
  }

  #around(peak: number): number {
    let sum = 0
    for (let bin = peak - LOBE; bin <= peak + LOBE; bin++) sum += this.#power[bin] ?? 0
    return sum
  }

  /** Between the bins: how much stronger one neighbour is tells where the middle of the lobe lies. */
  #frequency(peak: number): number {
    const at = this.#power[peak] ?? 0
    const before = this.#power[peak - 1] ?? 0
    const after = this.#power[peak + 1] ?? 0
    if (at === 0) return 0
    const ratio = Math.sqrt(Math.max(before, after) / at)
    const offset = (2 * ratio - 1) / (ratio + 1)
    return (peak + (after > before ? offset : -offset)) * BIN_HZ
  }

  /**
   * The fast Fourier transform, radix 2, in place: even samples as the real part and odd ones as the
   * imaginary one of a transform of half the length, taken apart afterwards.
   */
  #measure(): void {
    const real = this.#real
    const imaginary = this.#imaginary
    const samples = this.#samples
    for (let n = 0; n < HALF; n++) {
      const at = REVERSED[n] ?? 0
      real[at] = (samples[2 * n] ?? 0) * (WINDOW[2 * n] ?? 0)
      imaginary[at] = (samples[2 * n + 1] ?? 0) * (WINDOW[2 * n + 1] ?? 0)
    }
    for (let half = 1; half < HALF; half *= 2) {
      const step = HALF / half
      for (let start = 0; start < HALF; start += 2 * half) {
        for (let n = 0; n < half; n++) {
          const one = start + n
          const other = one + half
          const cosine = COSINES[n * step] ?? 0
          const sine = SINES[n * step] ?? 0
          const otherReal = real[other] ?? 0
          const otherImaginary = imaginary[other] ?? 0
          const re = otherReal * cosine + otherImaginary * sine
          const im = otherImaginary * cosine - otherReal * sine
          const oneReal = real[one] ?? 0
          const oneImaginary = imaginary[one] ?? 0
          real[other] = oneReal - re
          imaginary[other] = oneImaginary - im
          real[one] = oneReal + re
          imaginary[one] = oneImaginary + im
        }
      }
    }
    this.#takeApart()
  }

  #takeApart(): void {
    const real = this.#real
    const imaginary = this.#imaginary
    for (let bin = LOWEST_BIN; bin <= HIGHEST_BIN; bin++) {
      const re = real[bin] ?? 0
      const im = imaginary[bin] ?? 0
      const mirrorRe = real[HALF - bin] ?? 0
      const mirrorIm = imaginary[HALF - bin] ?? 0
      const evenRe = (re + mirrorRe) / 2
      const evenIm = (im - mirrorIm) / 2
      const oddRe = (im + mirrorIm) / 2
      const oddIm = (mirrorRe - re) / 2
      const cosine = COSINES[bin] ?? 0
      const sine = SINES[bin] ?? 0
      const sumRe = evenRe + oddRe * cosine + oddIm * sine
      const sumIm = evenIm + oddIm * cosine - oddRe * sine
      this.#power[bin] = sumRe * sumRe + sumIm * sumIm
    }
  }
}
