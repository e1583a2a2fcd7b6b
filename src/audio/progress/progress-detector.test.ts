import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { applyGain } from '../pcm.ts'
import {
  busyTone,
  concat,
  congestionTone,
  informationTones,
  ringbackTone,
  silence,
  tone,
} from '../tone.ts'
import { ProgressDetector, type ProgressTone } from './progress-detector.ts'

/** Lengths of tone and silence in turn, again and again. */
function cadence(frequenciesHz: number[], lengthsMs: number[], rounds: number): Int16Array {
  const round = lengthsMs.map((durationMs, n) =>
    n % 2 === 0 ? tone({ frequenciesHz, durationMs, levelDbm0: -18 }) : silence(durationMs),
  )
  return concat(Array.from({ length: rounds }, () => round).flat())
}

/** `offset`: where in a frame it begins. */
function found(samples: Int16Array, offset = 0): ProgressTone[] {
  const tones: ProgressTone[] = []
  const detector = new ProgressDetector((one) => tones.push(one))
  const all = concat([silence(100), new Int16Array(offset), samples, silence(2000)])
  for (let at = 0; at + 160 <= all.length; at += 160) detector.hear(all.subarray(at, at + 160))
  return tones
}

/** Loud noise, the same every time. */
function noise(durationMs: number, peak: number): Int16Array {
  let state = 1
  return Int16Array.from({ length: durationMs * 8 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return ((state >> 8) % (2 * peak)) - peak
  })
}

const PLANS: readonly [name: string, samples: Int16Array, tone: ProgressTone][] = [
  ['North America rings', ringbackTone(6000), 'ringing'],
  ['North America is busy', busyTone(4000), 'busy'],
  ['North America is congested', congestionTone(3000), 'congestion'],
  ['Europe rings', cadence([425], [1000, 4000], 2), 'ringing'],
  ['France rings', cadence([440], [1500, 3500], 2), 'ringing'],
  ['Europe is busy', cadence([425], [500, 500], 4), 'busy'],
  ['Germany is busy', cadence([425], [480, 480], 4), 'busy'],
  ['Europe is congested', cadence([425], [250, 250], 6), 'congestion'],
  ['Germany is congested', cadence([425], [240, 240], 6), 'congestion'],
  ['Britain rings', cadence([400, 450], [400, 200, 400, 2000], 2), 'ringing'],
  ['Britain is busy', cadence([400], [375, 375], 4), 'busy'],
  ['Britain is congested', cadence([400], [400, 350, 225, 525], 3), 'congestion'],
]

describe('ProgressDetector', () => {
  for (const [name, samples, wanted] of PLANS) {
    it(`hears that ${name}, wherever a frame begins, and quieter`, () => {
      for (const offset of [0, 37, 80, 131]) {
        assert.deepEqual(found(samples, offset), [wanted], `from sample ${offset}`)
      }
      assert.deepEqual(found(applyGain(samples, -9), 53), [wanted], 'quieter')
    })
  }

  for (const kind of ['vacant', 'intercept', 'no-circuit', 'reorder'] as const) {
    it(`reads ${kind} from information tones`, () => {
      for (const offset of [0, 37, 80, 131]) {
        assert.deepEqual(found(informationTones(kind), offset), [kind], `from sample ${offset}`)
      }
    })
  }

  it("does not read a code from Europe's information tones", () => {
    const tones = [950, 1400, 1800].map((hz) => [
      tone({ frequenciesHz: [hz], durationMs: 330 }),
      silence(20),
    ])
    for (const offset of [0, 37, 80, 131]) {
      assert.deepEqual(found(concat(tones.flat()), offset), ['information'])
    }
  })

  it('does not read a code from tones of the right pitch and another length', () => {
    const short = [985.2, 1370.6, 1776.7].map((hz) => {
      return tone({ frequenciesHz: [hz], durationMs: 274, levelDbm0: -16 })
    })
    assert.deepEqual(found(concat(short)), ['information'])
  })

  it('needs the cadence: two beeps of a busy tone, and a tone without end, are nothing', () => {
    assert.deepEqual(found(concat([busyTone(2000), noise(1000, 4000)])), [])
    assert.deepEqual(found(tone({ frequenciesHz: [425], durationMs: 8000 })), [])
    assert.deepEqual(found(cadence([425], [500, 250, 250, 500], 5)), [])
  })

  it('needs the frequency: keys, beeps and noise in the cadence of a busy tone are nothing', () => {
    for (const hz of [[697, 1209], [1000], [600], [350], [480, 700]]) {
      assert.deepEqual(found(cadence(hz, [500, 500], 5)), [], hz.join(' + '))
    }
    const bursts = Array.from({ length: 5 }, () => [noise(500, 4000), silence(500)]).flat()
    assert.deepEqual(found(concat(bursts)), [])
  })

  it('is not led astray by information tones in another order', () => {
    const wrong = [1800, 1400, 950].map((hz) => tone({ frequenciesHz: [hz], durationMs: 330 }))
    assert.deepEqual(found(concat(wrong)), [])
  })

  it('tells each change once: it rings, and then is busy', () => {
    const both = concat([ringbackTone(12_000), busyTone(6000)])
    assert.deepEqual(found(both), ['ringing', 'busy'])
  })
})
