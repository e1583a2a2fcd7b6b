import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  ALAW_TO_ULAW,
  decodeAlaw,
  decodeUlaw,
  encodeAlaw,
  encodeUlaw,
  ULAW_TO_ALAW,
} from './g711.ts'
import { levelDbm0 } from './pcm.ts'

/** The decision values x1 … of tables 1a and 2a, made from the widths of their segments. */
function decisionValues(first: readonly number[], widths: readonly number[]): number[] {
  const values = [...first]
  for (const width of widths) {
    for (let i = 0; i < 16; i++) values.push((values.at(-1) ?? 0) + width)
  }
  return values
}

const ALL = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768)

describe('G.711 mu-law', () => {
  const fifteenOfTwo = Array.from({ length: 15 }, (_, i) => 3 + 2 * i)
  const decisions = decisionValues([0, 1, ...fifteenOfTwo], [4, 8, 16, 32, 64, 128, 256])

  it('has the decision values of table 2a', () => {
    assert.deepEqual(
      [16, 32, 48, 64, 80, 96, 112, 128].map((n) => decisions[n]),
      [31, 95, 223, 479, 991, 2015, 4063, 8159],
    )
  })

  it('gives every positive sample the character signal of its interval', () => {
    const codes = encodeUlaw(ALL)
    for (let sample = 0, n = 0; sample < 32_768; sample++) {
      while (n < 127 && sample / 4 >= (decisions[n + 1] ?? 0)) n++
      assert.equal(codes[sample + 32_768], 0xff - n, `sample ${sample}`)
    }
  })

  it('gives a negative sample the code of its mirror image, sign bit cleared', () => {
    const codes = encodeUlaw(ALL)
    for (let sample = -32_768; sample < 0; sample++) {
      assert.equal(codes[sample + 32_768], (codes[32_767 - sample] ?? 0) & 0x7f, `sample ${sample}`)
    }
  })

  it('decodes to the middle of each interval', () => {
    const samples = decodeUlaw(Uint8Array.from({ length: 128 }, (_, n) => 0xff - n))
    for (let n = 1; n < 128; n++) {
      assert.equal(samples[n], 2 * ((decisions[n] ?? 0) + (decisions[n + 1] ?? 0)))
    }
    assert.equal(samples[0], 0)
  })

  it('keeps every code but the negative zero through linear and back', () => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code)
    const expected = codes.map((code) => (code === 0x7f ? 0xff : code))
    assert.deepEqual(encodeUlaw(decodeUlaw(codes)), expected)
  })

  it('decodes the digital milliwatt of table 6 to 0 dBm0, less the 0.03 dB between the laws', () => {
    const period = [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e]
    assert.ok(Math.abs(levelDbm0(decodeUlaw(Uint8Array.from(period)))) < 0.1)
  })
})

describe('G.711 A-law', () => {
  const decisions = decisionValues([0], [2, 2, 4, 8, 16, 32, 64, 128])

  it('has the decision values of table 1a', () => {
    assert.deepEqual(
      [32, 48, 64, 80, 96, 112, 128].map((n) => decisions[n]),
      [64, 128, 256, 512, 1024, 2048, 4096],
    )
  })

  it('gives every positive sample the character signal of its interval', () => {
    const codes = encodeAlaw(ALL)
    for (let sample = 0, n = 0; sample < 32_768; sample++) {
      while (n < 127 && sample / 8 >= (decisions[n + 1] ?? 0)) n++
      assert.equal(codes[sample + 32_768], (0x80 | n) ^ 0x55, `sample ${sample}`)
    }
  })

  it('gives a negative sample the code of its mirror image, sign bit cleared', () => {
    const codes = encodeAlaw(ALL)
    for (let sample = -32_768; sample < 0; sample++) {
      assert.equal(codes[sample + 32_768], (codes[32_767 - sample] ?? 0) & 0x7f, `sample ${sample}`)
    }
  })

  it('decodes to the middle of each interval, and every code survives linear and back', () => {
    const codes = Uint8Array.from({ length: 128 }, (_, n) => (0x80 | n) ^ 0x55)
    const samples = decodeAlaw(codes)
    for (let n = 0; n < 128; n++) {
      assert.equal(samples[n], 4 * ((decisions[n] ?? 0) + (decisions[n + 1] ?? 0)))
    }
    assert.deepEqual(encodeAlaw(samples), codes)
  })

  it('decodes the digital milliwatt of table 5 to 0 dBm0', () => {
    const period = [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4]
    assert.ok(Math.abs(levelDbm0(decodeAlaw(Uint8Array.from(period)))) < 0.05)
  })
})

describe('translation between the two laws', () => {
  it('goes by way of the decoded value', () => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code)
    assert.deepEqual(ULAW_TO_ALAW, encodeAlaw(decodeUlaw(codes)))
    assert.deepEqual(ALAW_TO_ULAW, encodeUlaw(decodeAlaw(codes)))
  })
})
