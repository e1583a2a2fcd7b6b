/**
 * Changing the sample rate by a windowed-sinc filter, split into one short filter for each position
 * that an output sample can have between two input samples (polyphase).
 */
import { assert } from '#base'
import { clip } from './pcm.ts'

/** Zero crossings of the sinc on each side: a transition band of about 8 % of the lower rate. */
const ZERO_CROSSINGS = 32
/** Kaiser window: 80 dB of stop-band attenuation. */
const KAISER_BETA = 7.86
/** Where the pass band ends, as a part of half the lower rate. */
const CUTOFF = 0.92
/**
 * Ratios with more positions use the nearest of so many: an error in time of 1/2048 of an input
 * sample, some 75 dB under a tone of telephone band.
 */
const MAX_PHASES = 1024

/** A copy at another rate, samples per second; the same array where the rates are equal. */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  assert(Number.isInteger(from) && Number.isInteger(to) && from > 0 && to > 0, 'rates are integers')
  if (from === to) return samples
  const divisor = greatestCommonDivisor(from, to)
  const [step, stride] = [from / divisor, to / divisor]
  const filter = filterFor(from, to, Math.min(stride, MAX_PHASES))
  const output = new Int16Array(Math.ceil((samples.length * to) / from))
  for (let i = 0; i < output.length; i++) {
    // Output sample i lies at input position i · step / stride, kept exact in whole numbers.
    const position = i * step
    let whole = Math.floor(position / stride)
    let phase = Math.round(((position % stride) * filter.phases) / stride)
    if (phase === filter.phases) {
      phase = 0
      whole++
    }
    output[i] = clip(convolve(samples, whole, filter, phase))
  }
  return output
}

interface PolyphaseFilter {
  readonly phases: number
  readonly taps: number
  /** `phases` rows of `taps` coefficients. */
  readonly coefficients: Float64Array
}

function convolve(
  samples: Int16Array,
  whole: number,
  { taps, coefficients }: PolyphaseFilter,
  phase: number,
): number {
  const first = whole - taps / 2 + 1
  const from = Math.max(0, -first)
  const to = Math.min(taps, samples.length - first)
  let sum = 0
  for (let tap = from; tap < to; tap++) {
    sum += (samples[first + tap] ?? 0) * (coefficients[phase * taps + tap] ?? 0)
  }
  return sum
}

/** The last filter made: prompts of one source have one rate. */
let lastFilter: { readonly key: string; readonly filter: PolyphaseFilter } | undefined

function filterFor(from: number, to: number, phases: number): PolyphaseFilter {
  const key = `${from}/${to}`
  if (lastFilter?.key !== key) lastFilter = { key, filter: makeFilter(from, to, phases) }
  return lastFilter.filter
}

function makeFilter(from: number, to: number, phases: number): PolyphaseFilter {
  // Relative to the input rate: what the output rate cannot hold is cut away.
  const bandwidth = Math.min(1, to / from) * CUTOFF
  const reach = Math.ceil(ZERO_CROSSINGS / bandwidth)
  const taps = 2 * reach
  const coefficients = new Float64Array(phases * taps)
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - reach + 1 - phase / phases
      const value = sinc(distance * bandwidth) * kaiser(distance / reach)
      coefficients[phase * taps + tap] = value
      sum += value
    }
    // Every phase passes a constant unchanged, or the phases would be heard as a tone.
    for (let tap = 0; tap < taps; tap++) {
      coefficients[phase * taps + tap] = (coefficients[phase * taps + tap] ?? 0) / sum
    }
  }
  return { phases, taps, coefficients }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** The Kaiser window over −1 … 1. */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / besselI0(KAISER_BETA)
}

/** The modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
