/**
 * Goertzel's algorithm: the power of one frequency, as a mean square (of a sine that fills the
 * samples: the same as `meanSquare`). Two frequencies are told apart by sampleRate / length Hz.
 */
export function goertzelPower(
  samples: Int16Array,
  frequencyHz: number,
  { sampleRate = 8000, start = 0, end = samples.length } = {},
): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / sampleRate)
  let last = 0
  let lastButOne = 0
  for (let i = start; i < end; i++) {
    const next = (samples[i] ?? 0) + coefficient * last - lastButOne
    lastButOne = last
    last = next
  }
  const energy = last * last + lastButOne * lastButOne - coefficient * last * lastButOne
  const length = end - start
  return length > 0 ? (2 * energy) / (length * length) : 0
}
