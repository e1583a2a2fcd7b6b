import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ComfortNoise } from './comfort-noise.ts'
import { goertzelPower } from './goertzel.ts'
import { meanSquare } from './pcm.ts'

function noise(payload: readonly number[], count = 8000): Int16Array {
  const generator = new ComfortNoise()
  generator.describe(Uint8Array.from(payload), 0, payload.length)
  const samples = new Int16Array(count)
  generator.fill(samples, 0, count)
  return samples
}

const levelDbov = (samples: Int16Array): number =>
  10 * Math.log10(meanSquare(samples) / 32_768 ** 2)

/** Mean power of a band, dB over the whole. */
function bandDb(samples: Int16Array, fromHz: number, toHz: number): number {
  let sum = 0
  let count = 0
  for (let hz = fromHz; hz < toHz; hz += 25) {
    sum += goertzelPower(samples, hz)
    count++
  }
  return 10 * Math.log10(sum / count / meanSquare(samples))
}

describe('ComfortNoise (RFC 3389)', () => {
  it('has the level that the payload says, white where it says no more', () => {
    for (const level of [20, 40, 60]) {
      assert.ok(Math.abs(levelDbov(noise([level])) + level) < 0.5, `${level}`)
    }
    const white = noise([30])
    assert.ok(Math.abs(bandDb(white, 200, 1500) - bandDb(white, 2500, 3800)) < 1.5)
  })

  it('has the spectrum of its reflection coefficients, at the same level', () => {
    // k₁ = −0.8 makes low frequencies louder, +0.8 high ones.
    const [low, high] = [noise([30, 25]), noise([30, 229])]
    assert.ok(bandDb(low, 200, 1500) > bandDb(low, 2500, 3800) + 6)
    assert.ok(bandDb(high, 2500, 3800) > bandDb(high, 200, 1500) + 6)
    for (const samples of [low, high]) assert.ok(Math.abs(levelDbov(samples) + 30) < 1)
  })

  it('is stable whatever comes', () => {
    for (const index of [0, 127, 254, 255]) {
      const samples = noise([20, ...new Array(40).fill(index)], 80_000)
      const late = samples.subarray(72_000)
      assert.ok(meanSquare(late) < 32_768 ** 2 * 10 ** -1.0, `${index}`)
    }
  })

  it('is silence where it was told so, or told nothing', () => {
    assert.ok(noise([]).every((sample) => sample === 0))
    const generator = new ComfortNoise()
    generator.describe(Uint8Array.of(20), 0, 1)
    generator.silence()
    const samples = new Int16Array(160).fill(7)
    generator.fill(samples, 0, 160)
    assert.ok(generator.isSilent && samples.every((sample) => sample === 0))
  })
})
