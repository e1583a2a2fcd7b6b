import type { VoiceHint } from '#vxml'
import type { EngineVoice } from '../synthesizer.ts'

/** The voices inside `flite.wasm`, all of them English; `awb` speaks with a Scottish accent. */
export const FLITE_VOICES = ['slt', 'rms', 'awb', 'kal16', 'kal'] as const

const FEMALE = 'slt'
const MALE = 'rms'

/** Slower or faster than this nobody understands. */
const SLOWEST = 0.3
const FASTEST = 3

/**
 * A voice that is asked for by name, else by gender, else `slt`. The language is not looked at: flite
 * speaks English only, and a foreign text is read as English.
 */
export function chooseFliteVoice(hint: VoiceHint | undefined): EngineVoice {
  const names = (hint?.name ?? '').toLowerCase().split(/\s+/)
  const named = FLITE_VOICES.find((voice) => names.includes(voice))
  const rate = hint?.rate ?? 1
  return {
    name: named ?? (hint?.gender === 'male' ? MALE : FEMALE),
    rate: Number.isFinite(rate) ? Math.min(FASTEST, Math.max(SLOWEST, rate)) : 1,
  }
}
