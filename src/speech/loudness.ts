import { clip } from '#audio'

/** −6 dBFS: as loud as telephone networks like speech, with room for what they add. */
const SPEECH_PEAK = Math.round(32768 * 10 ** (-6 / 20))

/** Below this the ends of a recording are silence, whatever noise the engine left there. */
const SILENCE_PEAK = 150

/** The part between the first and the last audible sample, with `marginSamples` kept on either side. */
export function trimSilence(pcm: Int16Array, marginSamples: number): Int16Array {
  const audible = (sample: number): boolean => Math.abs(sample) > SILENCE_PEAK
  const first = pcm.findIndex(audible)
  if (first < 0) return pcm.subarray(0, 0)
  const last = pcm.findLastIndex(audible)
  return pcm.subarray(Math.max(0, first - marginSamples), last + 1 + marginSamples)
}

/** In place: the loudest sample becomes −6 dBFS. Silence stays silence. */
export function normalizePeak(pcm: Int16Array): Int16Array {
  let peak = 0
  for (const sample of pcm) peak = Math.max(peak, Math.abs(sample))
  if (peak <= SILENCE_PEAK) return pcm
  for (let index = 0; index < pcm.length; index++) {
    pcm[index] = Math.round((pcm[index]! * SPEECH_PEAK) / peak)
  }
  return pcm
}

/** A copy, `gain` times as loud, held within 16 bits. */
export function amplify(pcm: Int16Array, gain: number): Int16Array {
  return pcm.map((sample) => clip(sample * gain))
}
