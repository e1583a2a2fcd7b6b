import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { goertzelPower } from './goertzel.ts'
import { LossConcealment } from './loss-concealment.ts'
import { levelDbm0 } from './pcm.ts'
import { tone } from './tone.ts'

/** Frames of 20 ms, those in `lost` made up. */
function concealed(samples: Int16Array, lost: readonly number[]): Int16Array {
  const heard = samples.slice()
  const concealment = new LossConcealment()
  for (let at = 0; at < heard.length; at += 160) {
    if (lost.includes(at / 160)) concealment.conceal(heard, at, 160)
    else concealment.hear(heard, at, 160)
  }
  return heard
}

/** The greatest step from sample to sample. */
function steepest(samples: Int16Array, start: number, end: number): number {
  let step = 0
  for (let i = Math.max(1, start); i < end; i++) {
    step = Math.max(step, Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0)))
  }
  return step
}

const HUM = tone({ frequenciesHz: [150, 300, 450], durationMs: 600, levelDbm0: -16 })

describe('LossConcealment (G.711 appendix I)', () => {
  it('leaves what came as it is, where nothing is lost', () => {
    assert.deepEqual(concealed(HUM, []), HUM)
  })

  it('carries a voice on over one lost frame: no gap, no click, the same pitch', () => {
    const heard = concealed(HUM, [10])
    for (let at = 1600; at < 1760; at += 40) {
      assert.ok(levelDbm0(heard, at, at + 80) > levelDbm0(HUM, at, at + 80) - 4, `at ${at}`)
    }
    assert.ok(steepest(heard, 1500, 2000) < 1.5 * steepest(HUM, 1500, 2000))
    const lost = { start: 1600, end: 1760 }
    assert.ok(goertzelPower(heard, 150, lost) > 0.6 * goertzelPower(HUM, 150, lost))
    assert.deepEqual(heard.subarray(0, 1600), HUM.subarray(0, 1600))
    assert.deepEqual(heard.subarray(1760 + 80), HUM.subarray(1760 + 80), 'back within 10 ms')
  })

  it('keeps any tone within 3 dB over one lost frame, without a click', () => {
    for (let frequencyHz = 200; frequencyHz <= 3400; frequencyHz += 133) {
      const sent = tone({ frequenciesHz: [frequencyHz], durationMs: 600, levelDbm0: -10 })
      const heard = concealed(sent, [10])
      assert.ok(levelDbm0(heard, 1600, 1760) > -13.5, `${frequencyHz} Hz`)
      assert.ok(steepest(heard, 1500, 2000) < 1.6 * steepest(sent, 1000, 1500), `${frequencyHz} Hz`)
    }
  })

  it('fades to nothing in 60 ms, and comes back whole', () => {
    const heard = concealed(HUM, [10, 11, 12, 13, 14])
    const levels = [0, 160, 320].map((from) => levelDbm0(heard, 1600 + from, 1680 + from))
    assert.ok((levels[0] ?? 0) > (levels[1] ?? 0) && (levels[1] ?? 0) > (levels[2] ?? 0))
    assert.ok(heard.subarray(1600 + 480, 2400).every((sample) => sample === 0))
    assert.deepEqual(heard.subarray(2400), HUM.subarray(2400))
  })

  it('makes silence of silence', () => {
    const heard = concealed(new Int16Array(3200), [3, 4, 5])
    assert.ok(heard.every((sample) => sample === 0))
  })

  it('makes up nothing louder than what it heard, of noise and full scale too', () => {
    const square = Int16Array.from({ length: 4800 }, (_, i) => (i % 57 < 28 ? 32_767 : -32_768))
    const heard = concealed(square, [8, 9, 20])
    assert.ok(heard.every((sample) => sample >= -32_768 && sample <= 32_767))
    assert.ok(levelDbm0(heard, 1280, 1600) <= levelDbm0(square, 1280, 1600) + 0.1)
  })

  it('joins nothing to what it made up, where that was a rest', () => {
    const concealment = new LossConcealment()
    concealment.hear(HUM.slice(), 0, 1600)
    concealment.conceal(new Int16Array(160), 0, 160)
    concealment.rest()
    const came = new Int16Array(160).fill(99)
    concealment.hear(came, 0, 160)
    assert.ok(came.every((sample) => sample === 99))
  })
})
