/**
 * ITU-T G.711: 8-bit mu-law and A-law. Samples are 16-bit linear; the recommendation's 14-bit
 * (mu-law) and 13-bit (A-law) values are their upper bits, as in ITU-T G.191.
 */

/** Decoded values by code, for loops that cannot afford a call. */
export const ULAW_TO_LINEAR: Int16Array = Int16Array.from({ length: 256 }, (_, code) =>
  ulawToLinear(code),
)
export const ALAW_TO_LINEAR: Int16Array = Int16Array.from({ length: 256 }, (_, code) =>
  alawToLinear(code),
)
/** Codes by sample + 32768, for the same loops. */
export const LINEAR_TO_ULAW: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, i) =>
  linearToUlaw(i - 32_768),
)
export const LINEAR_TO_ALAW: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, i) =>
  linearToAlaw(i - 32_768),
)

/** A-law code by mu-law code, and back, by way of the decoded value. */
export const ULAW_TO_ALAW: Uint8Array = encodeAlaw(ULAW_TO_LINEAR)
export const ALAW_TO_ULAW: Uint8Array = encodeUlaw(ALAW_TO_LINEAR)

export function encodeUlaw(samples: Int16Array): Uint8Array<ArrayBuffer> {
  return encode(samples, LINEAR_TO_ULAW)
}

export function encodeAlaw(samples: Int16Array): Uint8Array<ArrayBuffer> {
  return encode(samples, LINEAR_TO_ALAW)
}

export function decodeUlaw(codes: Uint8Array): Int16Array<ArrayBuffer> {
  return decode(codes, ULAW_TO_LINEAR)
}

export function decodeAlaw(codes: Uint8Array): Int16Array<ArrayBuffer> {
  return decode(codes, ALAW_TO_LINEAR)
}

function encode(samples: Int16Array, table: Uint8Array): Uint8Array<ArrayBuffer> {
  const codes = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) codes[i] = table[(samples[i] ?? 0) + 32_768] ?? 0
  return codes
}

function decode(codes: Uint8Array, table: Int16Array): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(codes.length)
  for (let i = 0; i < codes.length; i++) samples[i] = table[codes[i] ?? 0] ?? 0
  return samples
}

/**
 * Table 2: eight segments, each twice as coarse as the one before, shifted by 33 so that every
 * segment begins at a power of two. Code bits are inverted on the line.
 */
function linearToUlaw(sample: number): number {
  const magnitude = Math.min(0x1fff, (oneComplement(sample) >> 2) + 33)
  const segment = 26 - Math.clz32(magnitude)
  const step = (magnitude >> (segment + 1)) & 0x0f
  const sign = sample < 0 ? 0x80 : 0
  return ~(sign | (segment << 4) | step) & 0xff
}

function ulawToLinear(code: number): number {
  const bits = ~code & 0xff
  const segment = (bits >> 4) & 0x07
  // The middle of the interval, in units of half a 14-bit step, less the shift of 33.
  const magnitude = ((2 * (bits & 0x0f) + 33) << segment) - 33
  return (bits & 0x80 ? -magnitude : magnitude) * 4
}

/** Table 1: the first two segments are equally fine; even bits are inverted on the line. */
function linearToAlaw(sample: number): number {
  const magnitude = oneComplement(sample) >> 4
  const segment = Math.max(0, 28 - Math.clz32(magnitude))
  const step = (segment === 0 ? magnitude : magnitude >> (segment - 1)) & 0x0f
  const sign = sample < 0 ? 0 : 0x80
  return (sign | (segment << 4) | step) ^ 0x55
}

function alawToLinear(code: number): number {
  const bits = code ^ 0x55
  const segment = (bits >> 4) & 0x07
  const fine = 2 * (bits & 0x0f) + 1
  const magnitude = segment === 0 ? fine : (fine + 32) << (segment - 1)
  return (bits & 0x80 ? magnitude : -magnitude) * 8
}

/** How the recommendation's circuits take a magnitude: −1 is as small as 0. */
function oneComplement(sample: number): number {
  return sample < 0 ? ~sample : sample
}
