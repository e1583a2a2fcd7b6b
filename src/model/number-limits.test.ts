import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type NumberAttempt, numberCapVerdict, numberGapVerdict } from './number-limits.ts'

const NOW = new Date('2026-11-26T12:00:00Z')
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000)
const made = (dialed: number, ended?: number): NumberAttempt => ({
  dialedAt: ago(dialed),
  ...(ended === undefined ? {} : { endedAt: ago(ended) }),
})

test('the gap is counted from the end of the latest attempt', () => {
  const history = [made(900, 30), made(800, 700)]
  const verdict = numberGapVerdict({ gapSeconds: 60 }, history, NOW)
  assert.deepEqual([verdict.allows, verdict.notBefore], [false, ago(-30)])
  assert.ok(numberGapVerdict({ gapSeconds: 30 }, history, NOW).allows)
  assert.ok(numberGapVerdict({ gapSeconds: 0 }, [made(1)], NOW).allows)
  assert.ok(numberGapVerdict({ gapSeconds: 60 }, [], NOW).allows)
})

test('while an attempt goes on, nobody knows when the gap will be over', () => {
  const verdict = numberGapVerdict({ gapSeconds: 60 }, [made(10)], NOW)
  assert.deepEqual([verdict.allows, verdict.notBefore], [false, undefined])
})

test('the cap counts the attempts of 24 hours, and frees as the oldest of them passes', () => {
  const history = [made(90_000, 89_000), made(80_000, 79_000), made(100, 50)]
  assert.ok(numberCapVerdict({ gapSeconds: 0, cap: 3 }, history, NOW).allows)
  const verdict = numberCapVerdict({ gapSeconds: 0, cap: 2 }, history, NOW)
  assert.deepEqual([verdict.allows, verdict.notBefore], [false, ago(80_000 - 86_400)])
  assert.match(verdict.detail, /^2 of 2 attempts/)
  assert.ok(numberCapVerdict({ gapSeconds: 0 }, history, NOW).allows)
})

test('whoever waits as long as the verdicts say never exceeds the cap, nor falls below the gap', () => {
  const anyLimits = fc.record({
    gapSeconds: fc.integer({ min: 0, max: 40_000 }),
    cap: fc.integer({ min: 1, max: 4 }),
  })
  const waits = fc.array(fc.nat(30_000), { minLength: 5, maxLength: 25 })
  fc.assert(
    fc.property(anyLimits, waits, (limits, pauses) => {
      const history: NumberAttempt[] = []
      let now = NOW
      for (const pause of pauses) {
        now = new Date(now.getTime() + pause * 1000)
        const [cap, gap] = [numberCapVerdict, numberGapVerdict].map((rule) =>
          rule(limits, history, now),
        )
        const free = Math.max(cap?.notBefore?.getTime() ?? 0, gap?.notBefore?.getTime() ?? 0)
        now = new Date(Math.max(now.getTime(), free))
        for (const rule of [numberCapVerdict, numberGapVerdict]) {
          assert.ok(rule(limits, history, now).allows, 'what they said holds')
        }
        const previous = history.at(-1)?.endedAt?.getTime() ?? 0
        assert.ok(now.getTime() - previous >= limits.gapSeconds * 1000)
        history.push({ dialedAt: now, endedAt: new Date(now.getTime() + 60_000) })
        const day = history.filter(
          ({ dialedAt }) => dialedAt.getTime() > now.getTime() - 86_400_000,
        )
        assert.ok(day.length <= limits.cap)
        now = new Date(now.getTime() + 60_000)
      }
    }),
  )
})
