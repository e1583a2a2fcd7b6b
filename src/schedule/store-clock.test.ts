import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { VirtualClock } from '#base'
import { StoreClock } from './store-clock.ts'

const AHEAD_MS = 1_900_000_000_000

describe('StoreClock', () => {
  it('knows the store’s time as well as the quickest reading tells, however slow others are', () => {
    const reading = fc.record({ askMs: fc.nat(400), answerMs: fc.nat(400), pauseMs: fc.nat(2000) })
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 40 }), (readings) => {
        const clock = new VirtualClock()
        const store = new StoreClock(clock)
        let now = 0
        let best = Number.POSITIVE_INFINITY
        for (const { askMs, answerMs, pauseMs } of readings) {
          now += pauseMs
          const at = now + askMs + AHEAD_MS
          store.note({ at, sentMs: now, receivedMs: now + askMs + answerMs })
          best = Math.min(best, askMs + answerMs)
          const error = Math.abs(store.msUntil(AHEAD_MS))
          assert.ok(error <= best / 2 + 20, `${error} ms off, ${best} ms was the quickest answer`)
        }
      }),
    )
  })

  it('follows a clock that was set', () => {
    const store = new StoreClock(new VirtualClock())
    store.note({ at: AHEAD_MS, sentMs: 0, receivedMs: 1 })
    store.note({ at: AHEAD_MS + 3_600_000, sentMs: 0, receivedMs: 40 })
    assert.equal(store.msUntil(AHEAD_MS + 3_600_000), 20)
  })
})
