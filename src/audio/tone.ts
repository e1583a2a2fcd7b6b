/** Tones of the telephone network, as linear samples. */
import { clip, ZERO_DBM0_POWER } from './pcm.ts'

export interface ToneOptions {
  /** Played together, each at `levelDbm0`. */
  readonly frequenciesHz: readonly number[]
  readonly durationMs: number
  /** Of each frequency. Default −13. */
  readonly levelDbm0?: number
  /** Default 8000. */
  readonly sampleRate?: number
}

/** ITU-T Q.23, table 1: a key is one low and one high frequency. */
export const DTMF_LOW_HZ = [697, 770, 852, 941] as const
export const DTMF_HIGH_HZ = [1209, 1336, 1477, 1633] as const
/** By row (low) and column (high). */
export const DTMF_KEYS = '123A456B789C*0#D'

const DEFAULT_LEVEL_DBM0 = -13
const TELEPHONE_RATE = 8000
/** So long a tone rises and falls, that it begins and ends without a click. */
const RAMP_MS = 2

export function tone(options: ToneOptions): Int16Array<ArrayBuffer> {
  const { frequenciesHz, durationMs, sampleRate = TELEPHONE_RATE } = options
  const amplitude =
    Math.sqrt(2 * ZERO_DBM0_POWER) * 10 ** ((options.levelDbm0 ?? DEFAULT_LEVEL_DBM0) / 20)
  const samples = new Int16Array(Math.round((durationMs * sampleRate) / 1000))
  const ramp = Math.max(1, (RAMP_MS * sampleRate) / 1000)
  for (let i = 0; i < samples.length; i++) {
    let sum = 0
    for (const frequency of frequenciesHz)
      sum += Math.sin((2 * Math.PI * frequency * i) / sampleRate)
    const envelope = Math.min(1, (i + 1) / ramp, (samples.length - i) / ramp)
    samples[i] = clip(amplitude * envelope * sum)
  }
  return samples
}

export function silence(durationMs: number, sampleRate = TELEPHONE_RATE): Int16Array<ArrayBuffer> {
  return new Int16Array(Math.round((durationMs * sampleRate) / 1000))
}

export interface DtmfOptions {
  /** Default 100. */
  readonly toneMs?: number
  /** After each key. Default 100. */
  readonly gapMs?: number
  /** Of the low frequency; the high one is 2 dB stronger (usual pre-emphasis). Default −10. */
  readonly levelDbm0?: number
}

/** Keys `0-9 * # A-D` as tones; `p` is 1 s of silence, `w` 0.5 s. Other characters are left out. */
export function dtmfTones(keys: string, options: DtmfOptions = {}): Int16Array<ArrayBuffer> {
  const { toneMs = 100, gapMs = 100, levelDbm0 = -10 } = options
  return concat(
    [...keys.toUpperCase()].flatMap((key) => {
      if (key === 'P') return [silence(1000)]
      if (key === 'W') return [silence(500)]
      const index = DTMF_KEYS.indexOf(key)
      if (index < 0) return []
      const low = tone({
        frequenciesHz: [DTMF_LOW_HZ[Math.floor(index / 4)] ?? 0],
        durationMs: toneMs,
        levelDbm0,
      })
      const high = tone({
        frequenciesHz: [DTMF_HIGH_HZ[index % 4] ?? 0],
        durationMs: toneMs,
        levelDbm0: levelDbm0 + 2,
      })
      return [low.map((sample, i) => clip(sample + (high[i] ?? 0))), silence(gapMs)]
    }),
  )
}

/** What a caller hears while it rings in North America: 440 + 480 Hz, 2 s in every 6 s. */
export function ringbackTone(durationMs: number): Int16Array<ArrayBuffer> {
  return cadence({ frequenciesHz: [440, 480], levelDbm0: -19 }, 2000, 4000, durationMs)
}

/** North American busy tone: 480 + 620 Hz, 0.5 s in every second. */
export function busyTone(durationMs: number): Int16Array<ArrayBuffer> {
  return cadence({ frequenciesHz: [480, 620], levelDbm0: -24 }, 500, 500, durationMs)
}

/** North American reorder (congestion) tone: the busy tone, twice as fast. */
export function congestionTone(durationMs: number): Int16Array<ArrayBuffer> {
  return cadence({ frequenciesHz: [480, 620], levelDbm0: -24 }, 250, 250, durationMs)
}

/** North American special information tones, in the order and with the codes of their kinds. */
export function informationTones(
  kind: 'vacant' | 'intercept' | 'no-circuit' | 'reorder',
): Int16Array<ArrayBuffer> {
  const isFirstHigh = kind === 'vacant' || kind === 'no-circuit'
  const isSecondHigh = kind === 'no-circuit' || kind === 'reorder'
  const code = (isHigh: boolean, lowHz: number, highHz: number): Int16Array<ArrayBuffer> =>
    tone({
      frequenciesHz: [isHigh ? highHz : lowHz],
      durationMs: isHigh ? 380 : 274,
      levelDbm0: -16,
    })
  const last = tone({ frequenciesHz: [1776.7], durationMs: 380, levelDbm0: -16 })
  return concat([code(isFirstHigh, 913.8, 985.2), code(isSecondHigh, 1370.6, 1428.5), last])
}

/** The beep after which one speaks. */
export function beep(durationMs = 500): Int16Array<ArrayBuffer> {
  return tone({ frequenciesHz: [1000], durationMs, levelDbm0: -10 })
}

function cadence(
  options: { readonly frequenciesHz: readonly number[]; readonly levelDbm0: number },
  onMs: number,
  offMs: number,
  durationMs: number,
): Int16Array<ArrayBuffer> {
  const samples = silence(durationMs)
  const period = concat([tone({ ...options, durationMs: onMs }), silence(offMs)])
  for (let at = 0; at < samples.length; at += period.length) {
    samples.set(period.subarray(0, samples.length - at), at)
  }
  return samples
}

/** One after the other. */
export function concat(parts: readonly Int16Array[]): Int16Array<ArrayBuffer> {
  const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
