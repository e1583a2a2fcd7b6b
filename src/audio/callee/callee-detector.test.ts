import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '#base'
import { applyGain, levelDbm0 } from '../pcm.ts'
import { busyTone, concat, dtmfTones, ringbackTone, silence, tone } from '../tone.ts'
import { CalleeDetector, type CalleeVerdict } from './callee-detector.ts'

const FRAME = 160

interface Heard {
  readonly verdict: CalleeVerdict | undefined
  /** When the end of a beep was told, and how long it was. */
  readonly beeps: readonly (readonly [atMs: number, durationMs: number])[]
  /** How long it listened. */
  readonly listenedMs: number
}

function hear(...parts: Int16Array[]): Heard {
  const samples = concat(parts)
  const beeps: (readonly [number, number])[] = []
  let verdict: CalleeVerdict | undefined
  let listenedMs = 0
  const detector = new CalleeDetector({
    onVerdict(found) {
      assert.equal(verdict, undefined, 'one verdict')
      verdict = found
    },
    onBeep: (durationMs) => beeps.push([listenedMs, durationMs]),
  })
  for (let at = 0; at + FRAME <= samples.length && !detector.isOver; at += FRAME) {
    listenedMs += 20
    detector.hear(samples.subarray(at, at + FRAME))
  }
  return { verdict, beeps, listenedMs }
}

/** Voiced sound without a pause: harmonics, none of which stands out. */
function phrase(durationMs: number, levelDbm0 = -30): Int16Array {
  const frequenciesHz = [140, 280, 420, 560, 700, 840, 1120, 1260, 2100, 2380]
  return tone({ frequenciesHz, durationMs, levelDbm0 })
}

function noise(durationMs: number, level: number): Int16Array {
  const bytes = seededRandom('noise').bytes(durationMs * 8)
  const samples = Int16Array.from(bytes, (byte) => (byte - 128) * 64)
  return applyGain(samples, level - levelDbm0(samples))
}

const beep = (durationMs: number, ...frequenciesHz: number[]): Int16Array =>
  tone({ frequenciesHz, durationMs, levelDbm0: -16 })
const LONG_SILENCE = silence(5000)

describe('CalleeDetector', () => {
  it('takes a few words and a pause for a person', () => {
    const { verdict, listenedMs } = hear(silence(400), phrase(500), LONG_SILENCE)
    assert.equal(verdict?.type, 'voice')
    assert.equal(verdict.kind, 'person')
    assert.ok(verdict.afterMs >= 1500 && verdict.afterMs <= 1700, `${verdict.afterMs} ms`)
    assert.ok(verdict.confidence > 0.9)
    assert.equal(listenedMs, verdict.afterMs, 'and then stops listening')
  })

  it('takes words without a pause for a machine', () => {
    const { verdict } = hear(silence(400), phrase(4000))
    assert.deepEqual([verdict?.type, verdict?.kind], ['answeringmachine', 'greeting'])
    assert.ok((verdict?.afterMs ?? 9999) <= 1500, `${verdict?.afterMs} ms`)
  })

  it('takes many phrases with short pauses for a machine', () => {
    const { verdict } = hear(...Array.from({ length: 8 }, () => [phrase(500), silence(300)]).flat())
    assert.deepEqual([verdict?.type, verdict?.kind], ['answeringmachine', 'greeting'])
  })

  it('hears a person over a steady noise, and none in the noise alone', () => {
    const spoken = phrase(500, -24)
    const over = noise(6000, -42)
    const both = over.map((sample, n) => sample + (n >= 4800 ? (spoken[n - 4800] ?? 0) : 0))
    assert.equal(hear(both).verdict?.type, 'voice')
    const { verdict } = hear(noise(6000, -36))
    assert.deepEqual([verdict?.type, verdict?.kind, verdict?.afterMs], ['unknown', 'silence', 3900])
  })

  it('decides within 4 s, whatever it hears', () => {
    for (const startMs of [0, 1500, 3000, 3500, 3800, 5000]) {
      for (const lengthMs of [100, 500, 2000]) {
        const { verdict } = hear(silence(startMs), phrase(lengthMs), LONG_SILENCE)
        assert.ok(verdict !== undefined && verdict.afterMs <= 3900, `${startMs}, ${lengthMs}`)
      }
    }
  })

  it('knows fax machines by their tones, also off frequency', () => {
    for (const hz of [2085, 2100, 2115]) {
      const { verdict } = hear(silence(1000), beep(3000, hz))
      assert.deepEqual([verdict?.type, verdict?.kind], ['fax', 'fax-answering'], `${hz} Hz`)
    }
    for (const hz of [1062, 1100, 1138]) {
      const { verdict } = hear(silence(300), beep(500, hz), silence(3000), beep(500, hz))
      assert.deepEqual([verdict?.type, verdict?.kind], ['fax', 'fax-calling'], `${hz} Hz`)
    }
    assert.notEqual(hear(silence(300), beep(3000, 2000), LONG_SILENCE).verdict?.type, 'fax')
    assert.notEqual(hear(silence(300), beep(1500, 1100), LONG_SILENCE).verdict?.type, 'fax')
    assert.notEqual(hear(phrase(500), silence(300), beep(500, 1100)).verdict?.type, 'fax')
  })

  it('knows the three tones before an announcement', () => {
    const lengths = [
      [274, 274, 380],
      [380, 274, 380],
      [330, 330, 330],
    ] as const
    const frequencies = [
      [913.8, 1370.6, 1776.7],
      [985.2, 1428.5, 1776.7],
      [950, 1400, 1800],
    ] as const
    for (const [a, b, c] of lengths) {
      for (const [x, y, z] of frequencies) {
        const { verdict } = hear(silence(300), beep(a, x), beep(b, y), beep(c, z), phrase(3000))
        assert.deepEqual([verdict?.type, verdict?.kind], ['unknown', 'operator'], `${a} ${x}`)
      }
    }
    for (const [x, y, z] of [
      [950, 1800, 1400],
      [1400, 950, 1800],
    ] as const) {
      const { verdict } = hear(silence(300), beep(330, x), beep(330, y), beep(330, z))
      assert.notEqual(verdict?.kind, 'operator', 'in another order')
    }
  })

  it('takes busy and ringing tones for no beep', () => {
    assert.notEqual(hear(silence(200), ringbackTone(6000)).verdict?.type, 'answeringmachine')
    assert.equal(
      hear(silence(200), tone({ frequenciesHz: [425], durationMs: 4000 })).verdict?.kind,
      'progress-tone',
    )
    assert.notEqual(hear(silence(200), busyTone(6000)).verdict?.type, 'voice')
  })

  it('takes a key for no beep', () => {
    const keys = dtmfTones('159D', { toneMs: 300 })
    assert.notEqual(hear(silence(300), keys, LONG_SILENCE).verdict?.kind, 'beep')
  })

  it('takes a beep after few words for a machine', () => {
    const { verdict, beeps } = hear(phrase(700), silence(400), beep(400, 1000), silence(1000))
    assert.deepEqual([verdict?.type, verdict?.kind], ['answeringmachine', 'beep'])
    assert.equal(beeps.length, 1, 'and tells its end')
  })

  it('tells the end of a beep within 100 ms, of one tone or two', () => {
    const beeps: number[][] = [[350], [440], [777], [1000], [1400], [2000]]
    beeps.push([350, 700], [440, 580], [620, 1050], [1000, 1400], [941, 1336], [1500, 2000])
    for (const frequenciesHz of beeps) {
      for (const lengthMs of [130, 400, 1500]) {
        const before = concat([phrase(2000), silence(700)])
        const parts = [before, beep(lengthMs, ...frequenciesHz), silence(1000)]
        const told = hear(...parts).beeps
        const label = `${frequenciesHz} Hz for ${lengthMs} ms: ${told}`
        assert.equal(told.length, 1, label)
        const [atMs = 0, durationMs = 0] = told[0] ?? []
        const lateMs = atMs - before.length / 8 - lengthMs
        assert.ok(lateMs >= 0 && lateMs <= 100, label)
        assert.ok(Math.abs(durationMs - lengthMs) <= 40, label)
      }
    }
  })

  it('tells the end of a beep of which a packet was lost once, and not before', () => {
    const sound = beep(800, 900)
    sound.fill(0, 20 * FRAME, 21 * FRAME)
    const { beeps } = hear(phrase(2000), silence(500), sound, silence(1000))
    assert.equal(beeps.length, 1)
    assert.ok((beeps[0]?.[0] ?? 0) >= 3300)
  })

  it('tells of every beep of several, and then stops listening', () => {
    const short = [beep(150, 800), silence(250)]
    const { beeps, listenedMs } = hear(
      ...[phrase(2000), silence(500), ...short, ...short, beep(500, 800)],
      ...[silence(5000), beep(500, 800), silence(500)],
    )
    assert.equal(beeps.length, 3)
    assert.ok(listenedMs < 6000)
  })

  it('waits for the beep for a minute', () => {
    const greeting = concat(Array.from({ length: 18 }, () => [phrase(2500), silence(500)]).flat())
    assert.equal(hear(greeting, beep(400, 1200), silence(300)).beeps.length, 1)
    const tooLate = hear(silence(200), phrase(2000), silence(62_000), beep(400, 1200), silence(300))
    assert.equal(tooLate.beeps.length, 0)
    assert.ok(tooLate.listenedMs < 62_000)
  })

  it('hears no beep in a sound that glides, nor in a short one', () => {
    const glide = Int16Array.from({ length: 8000 }, (_, n) =>
      Math.round(8000 * Math.sin((2 * Math.PI * (500 + 0.05 * n) * n) / 8000)),
    )
    for (const sound of [glide, beep(60, 1000)]) {
      assert.deepEqual(hear(phrase(2000), silence(500), sound, silence(800)).beeps, [])
    }
  })
})
