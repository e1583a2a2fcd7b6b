import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Pace } from './pace.ts'

describe('Pace', () => {
  const progress = (answered: number, busy: number) => ({
    accepted: 300,
    queued: 300 - answered - busy,
    in_progress: 0,
    ended: { answered, busy },
  })

  it('reckons by the last minute, and from two seconds on', () => {
    const pace = new Pace()
    assert.deepEqual(pace.see(0, progress(10, 0)), {})
    assert.deepEqual(pace.see(1_000, progress(11, 0)), {})
    assert.deepEqual(pace.see(30_000, progress(20, 10)), {
      endedPerMinute: 40,
      answeredPerMinute: 20,
      finishesAtMs: 30_000 + 270 * 1_500,
    })
    const faster = pace.see(90_000, progress(80, 70))
    assert.deepEqual(faster, {
      endedPerMinute: 120,
      answeredPerMinute: 60,
      finishesAtMs: 90_000 + 150 * 500,
    })
  })

  it('knows no finish where nothing ends, and where nothing is left', () => {
    const still = new Pace()
    still.see(0, progress(1, 1))
    assert.deepEqual(still.see(9_000, progress(1, 1)), { endedPerMinute: 0, answeredPerMinute: 0 })
    const over = new Pace()
    over.see(0, progress(299, 0))
    assert.equal(over.see(6_000, progress(300, 0)).finishesAtMs, undefined)
  })
})
