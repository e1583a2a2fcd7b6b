import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualClock } from '#base'
import { StartCounter } from './start-counter.ts'

describe('the starts of the last minute', () => {
  it('are counted by account, and forgotten after it', async () => {
    const clock = new VirtualClock()
    const starts = new StartCounter(clock)
    assert.deepEqual(starts.lately(), {})
    starts.note(1)
    starts.note(2)
    await clock.advance(30_000)
    starts.note(1)
    assert.deepEqual(starts.lately(), { 1: 2, 2: 1 })
    await clock.advance(30_000)
    assert.deepEqual(starts.lately(), { 1: 1 })
    starts.note(3)
    await clock.advance(30_000)
    assert.deepEqual(starts.lately(), { 3: 1 })
    await clock.advance(3_600_000)
    assert.deepEqual(starts.lately(), {})
  })
})
