/**
 * ITU-T G.722 at 64 kbit/s, between its octets and 8 kHz audio: the lower sub-band of the codec is the
 * telephone band, sampled at 8 kHz, so one octet is one sample, and no filter is needed.
 *
 * Departs from G.722: because everything here is of telephone band, the upper sub-band (4 to 8 kHz) is
 * sent as silence, which has always the same code, and is not decoded. Names of the steps are those of
 * the recommendation's blocks.
 */

/** Table 14 (Q6, for 6 bits of the lower band), Table 16 (codes of negative and positive differences). */
const Q6 = Int16Array.of(
  ...[
    0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023,
  ],
  ...[1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
)
const NEGATIVE_CODES = Uint8Array.from({ length: 31 }, (_, n) => (n < 3 ? 64 - n : 34 - n) & 63)
const POSITIVE_CODES = Uint8Array.from({ length: 31 }, (_, n) => (62 - n) & 63)
/** Inverse quantizers of 6 and 4 bits. */
const QM6 = Int16Array.of(
  ...[-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192],
  ...[-10232, -9360, -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168],
  ...[-2776, -2400, -2032, -1688, -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512],
  ...[12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168],
  ...[2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136],
)
const QM4 = Int16Array.of(
  ...[0, -20456, -12896, -8968, -6288, -4240, -2584, -1200],
  ...[20456, 12896, 8968, 6288, 4240, 2584, 1200, 0],
)
/** By how much the scale factor's logarithm changes with each code. */
const STEPS = Int16Array.of(
  ...[-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60],
)
/** 2^(n/32), from 2048 on. */
const ANTILOG = Int16Array.from({ length: 32 }, (_, n) => Math.floor(2048 * 2 ** (n / 32) + 0.5))
const MOST_LOG = 18_432
const FIRST_SCALE = 32
/** The two upper bits, for an upper sub-band without sound. */
const SILENT_UPPER_BAND = 0xc0

/** One direction of a call. */
export class G722Encoder {
  readonly #band = new SubBand()

  /** One octet of code for a sample of 8 kHz. */
  encode(sample: number): number {
    const band = this.#band
    const difference = saturate((sample >> 1) - band.estimate)
    const magnitude = difference >= 0 ? difference : ~difference
    const level = levelOf(magnitude, band.scale)
    const code = (difference < 0 ? NEGATIVE_CODES[level] : POSITIVE_CODES[level]) ?? 0
    band.update(code)
    return SILENT_UPPER_BAND | code
  }
}

export class G722Decoder {
  readonly #band = new SubBand()

  /** The sample of 8 kHz that an octet stands for. */
  decode(octet: number): number {
    const band = this.#band
    const code = octet & 0x3f
    const sample = band.estimate + ((band.scale * (QM6[code] ?? 0)) >> 15)
    band.update(code)
    return Math.max(-16_384, Math.min(16_383, sample)) << 1
  }
}

/** The first level, from 1 on, whose threshold is above the magnitude. */
function levelOf(magnitude: number, scale: number): number {
  let [low, high] = [1, Q6.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (magnitude < ((Q6[middle] ?? 0) * scale) >> 12) high = middle
    else low = middle + 1
  }
  return low
}

/** The adaptive predictor and the quantizer's scale (blocks 3 and 4 of the recommendation), lower band. */
class SubBand {
  /** What the next sample is taken to be. */
  estimate = 0
  scale = FIRST_SCALE
  #logScale = 0
  #zeroEstimate = 0
  /** Coefficients of two poles and six zeros, and what they are applied to. */
  #pole1 = 0
  #pole2 = 0
  readonly #zeros = new Int16Array(6)
  readonly #differences = new Int16Array(6)
  #reconstructed1 = 0
  #reconstructed2 = 0
  #partial1 = 0
  #partial2 = 0

  /** A difference was quantized. */
  update(code: number): void {
    const difference = (this.scale * (QM4[code >> 2] ?? 0)) >> 15
    this.#updateScale(STEPS[code >> 2] ?? 0)
    const reconstructed = saturate(this.estimate + difference)
    const partial = saturate(this.#zeroEstimate + difference)
    this.#updatePoles(partial)
    this.#updateZeros(difference)
    this.#reconstructed2 = this.#reconstructed1
    this.#reconstructed1 = reconstructed
    this.#partial2 = this.#partial1
    this.#partial1 = partial
    this.#predict()
  }

  /** LOGSCL and SCALEL. */
  #updateScale(step: number): void {
    const log = ((this.#logScale * 127) >> 7) + step
    this.#logScale = Math.max(0, Math.min(MOST_LOG, log))
    const antilog = ANTILOG[(this.#logScale >> 6) & 31] ?? 0
    const shift = 8 - (this.#logScale >> 11)
    this.scale = (shift < 0 ? antilog << -shift : antilog >> shift) << 2
  }

  /** UPPOL2 and UPPOL1. */
  #updatePoles(partial: number): void {
    const sign = partial >> 15
    const isLikeLast = sign === this.#partial1 >> 15
    const turned = saturate(this.#pole1 * 4)
    let change = Math.min(32_767, isLikeLast ? -turned : turned) >> 7
    change += sign === this.#partial2 >> 15 ? 128 : -128
    const pole2 = clampTo(change + ((this.#pole2 * 32_512) >> 15), 12_288)
    const pole1 = saturate((isLikeLast ? 192 : -192) + ((this.#pole1 * 32_640) >> 15))
    this.#pole1 = clampTo(pole1, saturate(15_360 - pole2))
    this.#pole2 = pole2
  }

  /** UPZERO, and the delay of the differences. */
  #updateZeros(difference: number): void {
    const change = difference === 0 ? 0 : 128
    const sign = difference >> 15
    for (let n = 5; n >= 0; n--) {
      const before = this.#differences[n] ?? 0
      const isLike = sign === before >> 15
      const kept = ((this.#zeros[n] ?? 0) * 32_640) >> 15
      this.#zeros[n] = saturate((isLike ? change : -change) + kept)
      this.#differences[n] = n === 0 ? difference : (this.#differences[n - 1] ?? 0)
    }
  }

  /** FILTEP, FILTEZ and PREDIC. */
  #predict(): void {
    const first = (this.#pole1 * saturate(2 * this.#reconstructed1)) >> 15
    const second = (this.#pole2 * saturate(2 * this.#reconstructed2)) >> 15
    let zeros = 0
    for (let n = 5; n >= 0; n--) {
      zeros += ((this.#zeros[n] ?? 0) * saturate(2 * (this.#differences[n] ?? 0))) >> 15
    }
    this.#zeroEstimate = saturate(zeros)
    this.estimate = saturate(saturate(first + second) + this.#zeroEstimate)
  }
}

function saturate(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value
}

function clampTo(value: number, limit: number): number {
  return value > limit ? limit : value < -limit ? -limit : value
}
