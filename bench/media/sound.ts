import { concat, encodeUlaw, silence, tone } from '#audio'

/** Speech-like: sound and pauses, so that detectors have something to decide. */
export function sharedSound(durationMs: number): SharedArrayBuffer {
  const phrase = concat([tone({ frequenciesHz: [440, 554], durationMs: 700 }), silence(300)])
  const seconds = Math.ceil(durationMs / 1000)
  const bytes = encodeUlaw(concat(Array.from({ length: seconds }, () => phrase)))
  const shared = new SharedArrayBuffer(bytes.length)
  new Uint8Array(shared).set(bytes)
  return shared
}

/** The value below which a share of them is; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0
}

export function round(value: number): number {
  return Math.round(value * 10) / 10
}
