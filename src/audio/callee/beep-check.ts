import { DTMF_HIGH_HZ, DTMF_LOW_HZ } from '../tone.ts'
import type { ToneRun } from './tone-run.ts'

const LEAST_HZ = 340
const MOST_HZ = 2030
const LEAST_MS = 100
/** Longer tones are the network's. */
const MOST_MS = 3500
/** Before its end a tone is taken for a beep when it has lasted so long: words do not. */
const CERTAIN_MS = 240
/** ITU-T Q.24: 1.5 % off is a key, 3.5 % is none. */
const KEY_TOLERANCE = 0.025

/** Does a tone sound that may be a machine's beep, or has one ended in this frame? */
export function beepIn({
  lowHz,
  highHz,
  durationMs,
  endedMs,
}: ToneRun): 'none' | 'sounds' | 'ended' {
  if (lowHz < LEAST_HZ || Math.max(lowHz, highHz) > MOST_HZ) return 'none'
  if (endedMs >= LEAST_MS && endedMs <= MOST_MS) return 'ended'
  return durationMs >= CERTAIN_MS && durationMs <= MOST_MS ? 'sounds' : 'none'
}

/** Whether the tones are those of a key (ITU-T Q.23), which people press. */
export function isKey({ lowHz, highHz }: ToneRun): boolean {
  return isNear(lowHz, DTMF_LOW_HZ) && isNear(highHz, DTMF_HIGH_HZ)
}

function isNear(hz: number, frequenciesHz: readonly number[]): boolean {
  return frequenciesHz.some((frequency) => Math.abs(hz - frequency) < frequency * KEY_TOLERANCE)
}
