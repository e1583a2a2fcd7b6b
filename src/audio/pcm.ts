/** Plain arithmetic on 16-bit samples. */

/**
 * Mean square of a sine at 0 dBm0. G.711 note to table 1: the A-law overload point, here the full
 * scale of 16 bits, is 3.14 dB above it.
 */
export const ZERO_DBM0_POWER = 32_768 ** 2 / 2 / 10 ** (3.14 / 10)

/** The mean of the channels. `samples` are interleaved; an incomplete last frame is dropped. */
export function mixToMono(samples: Int16Array, channels: number): Int16Array {
  if (channels === 1) return samples
  const mono = new Int16Array(Math.floor(samples.length / channels))
  for (let i = 0, at = 0; i < mono.length; i++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += samples[at++] ?? 0
    mono[i] = Math.round(sum / channels)
  }
  return mono
}

/** Left, right, left, right…; the shorter one is continued with silence. */
export function interleave(left: Int16Array, right: Int16Array): Int16Array<ArrayBuffer> {
  const stereo = new Int16Array(2 * Math.max(left.length, right.length))
  for (let i = 0; i < left.length; i++) stereo[2 * i] = left[i] ?? 0
  for (let i = 0; i < right.length; i++) stereo[2 * i + 1] = right[i] ?? 0
  return stereo
}

/** A louder or softer copy; what would overflow is clipped. */
export function applyGain(samples: Int16Array, gainDb: number): Int16Array {
  const factor = 10 ** (gainDb / 20)
  return samples.map((sample) => clip(sample * factor))
}

/** Mean square, in squared 16-bit steps; 0 for no samples. */
export function meanSquare(samples: Int16Array, start = 0, end = samples.length): number {
  let sum = 0
  for (let i = start; i < end; i++) {
    const sample = samples[i] ?? 0
    // A product of two 16-bit numbers always fits: `*` would look each time, in four times as long.
    sum += Math.imul(sample, sample)
  }
  return end > start ? sum / (end - start) : 0
}

/** Level in dBm0; −Infinity for digital silence. */
export function levelDbm0(samples: Int16Array, start = 0, end = samples.length): number {
  return powerToDbm0(meanSquare(samples, start, end))
}

/** `power`: a mean square, as `meanSquare` and `goertzelPower` give it. */
export function powerToDbm0(power: number): number {
  return 10 * Math.log10(power / ZERO_DBM0_POWER)
}

/** Rounded, and kept within 16 bits. */
export function clip(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)))
}
