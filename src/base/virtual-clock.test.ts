import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { VirtualClock } from './virtual-clock.ts'

describe('virtual clock', () => {
  it('fires in order of due time, then of setting, and never what was cancelled', async () => {
    const delays = fc.array(fc.record({ delayMs: fc.nat(20), cancel: fc.boolean() }))
    await fc.assert(
      fc.asyncProperty(delays, async (timers) => {
        const clock = new VirtualClock()
        const fired: number[] = []
        timers.forEach(({ delayMs, cancel }, index) => {
          const timer = clock.setTimer(delayMs, () => {
            assert.equal(clock.monotonic(), delayMs)
            fired.push(index)
          })
          if (cancel) timer.cancel()
        })
        const expected = timers
          .map(({ delayMs, cancel }, index) => ({ delayMs, cancel, index }))
          .filter(({ cancel }) => !cancel)
          .toSorted((a, b) => a.delayMs - b.delayMs || a.index - b.index)
          .map(({ index }) => index)
        assert.equal(clock.pendingTimers, expected.length)
        await clock.advance(20)
        assert.deepEqual(fired, expected)
        assert.equal(clock.pendingTimers, 0)
      }),
      { numRuns: 50 },
    )
  })

  it('fires what a timer sets, when its time has come', async () => {
    const clock = new VirtualClock()
    const fired: number[] = []
    clock.setTimer(5, () => clock.setTimer(5, () => fired.push(clock.monotonic())))
    await clock.advance(9)
    assert.deepEqual(fired, [])
    assert.equal(clock.nextTimerMs, 10)
    assert.equal(await clock.advanceToNextTimer(), true)
    assert.deepEqual(fired, [10])
    assert.equal(await clock.advanceToNextTimer(), false)
  })
})
