import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { applyGain, interleave, levelDbm0, meanSquare, mixToMono } from './pcm.ts'
import { tone } from './tone.ts'

describe('pcm', () => {
  it('mixes channels to their mean and drops an incomplete frame', () => {
    assert.deepEqual(
      mixToMono(Int16Array.of(100, 200, -32_768, -32_768, 5), 2),
      Int16Array.of(150, -32_768),
    )
  })

  it('leaves mono as it is', () => {
    const samples = Int16Array.of(1, 2, 3)
    assert.equal(mixToMono(samples, 1), samples)
  })

  it('interleaves two tracks, the shorter one continued with silence', () => {
    assert.deepEqual(interleave(Int16Array.of(1, 2), Int16Array.of(9)), Int16Array.of(1, 9, 2, 0))
  })

  it('applies gain and clips what overflows', () => {
    assert.deepEqual(
      applyGain(Int16Array.of(1000, 20_000, -20_000), 20 * Math.log10(2)),
      Int16Array.of(2000, 32_767, -32_768),
    )
  })

  it('measures a level in dBm0', () => {
    assert.ok(
      Math.abs(levelDbm0(tone({ frequenciesHz: [1000], durationMs: 1000, levelDbm0: -20 })) + 20) <
        0.05,
    )
    assert.equal(levelDbm0(new Int16Array(80)), Number.NEGATIVE_INFINITY)
    assert.equal(meanSquare(new Int16Array(0)), 0)
  })
})
