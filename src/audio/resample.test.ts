import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { goertzelPower } from './goertzel.ts'
import { levelDbm0, meanSquare, powerToDbm0 } from './pcm.ts'
import { resample } from './resample.ts'
import { tone } from './tone.ts'

const LEVEL = -3

/** A tone at `from`, resampled; the middle of it, without the edges. */
function resampledTone(frequencyHz: number, from: number, to: number): Int16Array {
  const source = tone({
    frequenciesHz: [frequencyHz],
    durationMs: 1100,
    levelDbm0: LEVEL,
    sampleRate: from,
  })
  const output = resample(source, from, to)
  const edge = Math.round(to * 0.05)
  return output.subarray(edge, edge + to)
}

describe('resample', () => {
  it('gives the same array at the same rate', () => {
    const samples = Int16Array.of(1, 2, 3)
    assert.equal(resample(samples, 8000, 8000), samples)
  })

  it('keeps the duration', () => {
    assert.equal(resample(new Int16Array(44_100), 44_100, 8000).length, 8000)
    assert.equal(resample(new Int16Array(22_050), 22_050, 8000).length, 8000)
    assert.equal(resample(new Int16Array(0), 16_000, 8000).length, 0)
  })

  it('passes a constant unchanged', () => {
    const output = resample(new Int16Array(2000).fill(10_000), 11_025, 8000)
    assert.ok(output.subarray(100, -100).every((sample) => Math.abs(sample - 10_000) <= 1))
  })

  for (const from of [11_025, 16_000, 22_050, 24_000, 44_100, 48_000]) {
    it(`keeps the level of telephone-band tones from ${from} Hz to 8 kHz`, () => {
      for (const frequency of [300, 1000, 3300]) {
        const level = powerToDbm0(goertzelPower(resampledTone(frequency, from, 8000), frequency))
        assert.ok(Math.abs(level - LEVEL) < 0.1, `${frequency} Hz: ${level} dBm0`)
      }
    })

    it(`adds less than −70 dB of noise from ${from} Hz to 8 kHz`, () => {
      const samples = resampledTone(1000, from, 8000)
      const rest = meanSquare(samples) - goertzelPower(samples, 1000)
      assert.ok(powerToDbm0(Math.max(rest, 1e-9)) - LEVEL < -70, `${powerToDbm0(rest)} dBm0`)
    })

    it(`lets less than −65 dB of what lies above 4 kHz through from ${from} Hz to 8 kHz`, () => {
      for (const frequency of [4100, 5000, 5400]) {
        const level = levelDbm0(resampledTone(frequency, from, 8000))
        assert.ok(level - LEVEL < -65, `${frequency} Hz: ${level} dBm0`)
      }
    })
  }

  it('makes no images when it raises the rate', () => {
    const samples = resampledTone(1000, 8000, 48_000)
    const options = { sampleRate: 48_000 }
    assert.ok(Math.abs(powerToDbm0(goertzelPower(samples, 1000, options)) - LEVEL) < 0.1)
    assert.ok(powerToDbm0(goertzelPower(samples, 7000, options)) - LEVEL < -70)
  })

  it('holds its quality at a ratio of great whole numbers', () => {
    const samples = resampledTone(1000, 44_099, 8000)
    assert.ok(powerToDbm0(meanSquare(samples) - goertzelPower(samples, 1000)) - LEVEL < -60)
  })
})
