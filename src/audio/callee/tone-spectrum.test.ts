import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { meanSquare } from '../pcm.ts'
import { tone } from '../tone.ts'
import { ToneSpectrum } from './tone-spectrum.ts'

/** What is found once the window is full. */
function found(samples: Int16Array): [lowHz: number, highHz: number] {
  const spectrum = new ToneSpectrum()
  for (const at of [160, 320]) {
    const frame = samples.subarray(at, at + 160)
    spectrum.hear(frame, meanSquare(frame))
  }
  return [spectrum.lowHz, spectrum.highHz]
}

const sound = (levelDbm0: number, ...frequenciesHz: number[]): Int16Array =>
  tone({ frequenciesHz, durationMs: 100, levelDbm0 })

describe('ToneSpectrum', () => {
  it('finds a tone to a few hertz, from 350 to 2100', () => {
    for (let hz = 350; hz <= 2100; hz += 17) {
      const [low, high] = found(sound(-20, hz))
      assert.ok(Math.abs(low - hz) < 3 && high === 0, `${hz} Hz: ${low}, ${high}`)
    }
  })

  it('finds two tones 140 Hz apart and more', () => {
    for (const [one, other] of [
      [440, 580],
      [350, 2000],
      [697, 1209],
      [1000, 1400],
    ] as const) {
      const [low, high] = found(sound(-20, one, other))
      assert.ok(Math.abs(low - one) < 8 && Math.abs(high - other) < 8, `${low}, ${high}`)
    }
  })

  it('finds none where there are three, in what is too quiet, and in silence', () => {
    assert.deepEqual(found(sound(-20, 500, 900, 1500)), [0, 0])
    assert.deepEqual(found(sound(-48, 1000)), [0, 0])
    assert.deepEqual(found(new Int16Array(800)), [0, 0])
  })
})
