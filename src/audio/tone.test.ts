import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { goertzelPower } from './goertzel.ts'
import { levelDbm0, powerToDbm0 } from './pcm.ts'
import {
  beep,
  busyTone,
  concat,
  congestionTone,
  dtmfTones,
  ringbackTone,
  silence,
  tone,
} from './tone.ts'

const level = (samples: Int16Array, frequencyHz: number): number =>
  powerToDbm0(goertzelPower(samples, frequencyHz))

describe('tones', () => {
  it('have the level they were asked for, each frequency', () => {
    const samples = tone({ frequenciesHz: [440, 1000], durationMs: 1000, levelDbm0: -15 })
    assert.ok(Math.abs(level(samples, 440) + 15) < 0.2)
    assert.ok(Math.abs(level(samples, 1000) + 15) < 0.2)
    assert.ok(level(samples, 700) < -60)
  })

  it('begin and end without a click', () => {
    const samples = tone({ frequenciesHz: [1000], durationMs: 100, levelDbm0: 0 })
    assert.ok(Math.abs(samples[0] ?? 0) < 1000 && Math.abs(samples.at(-1) ?? 0) < 2000)
  })

  it('of a key are the two of Q.23, the high one 2 dB stronger', () => {
    const samples = dtmfTones('6', { toneMs: 500, gapMs: 0 })
    assert.ok(Math.abs(level(samples, 770) + 10) < 0.3)
    assert.ok(Math.abs(level(samples, 1477) + 8) < 0.3)
  })

  it('of keys follow each other with gaps; p and w wait', () => {
    assert.equal(dtmfTones('12', { toneMs: 60, gapMs: 40 }).length, 2 * 800)
    assert.equal(dtmfTones('pW').length, 12_000)
  })

  it('of progress have their cadence', () => {
    const loud = (samples: Int16Array, atMs: number): boolean =>
      levelDbm0(samples, atMs * 8 + 80, atMs * 8 + 800) > -30
    const ringback = ringbackTone(7000)
    assert.deepEqual(
      [100, 1800, 2100, 5800, 6100].map((at) => loud(ringback, at)),
      [true, true, false, false, true],
    )
    assert.ok(
      level(ringback.subarray(0, 8000), 440) > -20 && level(ringback.subarray(0, 8000), 480) > -20,
    )
    const busy = busyTone(1200)
    assert.deepEqual(
      [100, 600, 1050].map((at) => loud(busy, at)),
      [true, false, true],
    )
    const congestion = congestionTone(600)
    assert.deepEqual(
      [100, 300].map((at) => loud(congestion, at)),
      [true, false],
    )
    assert.equal(busy.length, 9600)
  })

  it('of a beep is 1 kHz', () => {
    assert.ok(level(beep(), 1000) > -11)
  })

  it('are joined one after the other', () => {
    assert.deepEqual(
      concat([Int16Array.of(1), silence(0.25), Int16Array.of(2)]),
      Int16Array.of(1, 0, 0, 2),
    )
  })
})

describe('goertzelPower', () => {
  it('measures a tone as its mean square, and nothing elsewhere', () => {
    const samples = Int16Array.from({ length: 800 }, (_, i) =>
      Math.round(1000 * Math.sin((2 * Math.PI * 400 * i) / 8000)),
    )
    assert.ok(Math.abs(goertzelPower(samples, 400) - 500_000) < 1000)
    assert.ok(goertzelPower(samples, 800) < 10)
    assert.ok(Math.abs(goertzelPower(samples, 400, { start: 400, end: 600 }) - 500_000) < 2000)
    assert.equal(goertzelPower(new Int16Array(0), 400), 0)
  })
})
