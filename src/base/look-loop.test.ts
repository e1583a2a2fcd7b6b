import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LookLoop } from './look-loop.ts'
import { VirtualClock } from './virtual-clock.ts'

function unexpected(error: unknown): void {
  assert.fail(String(error))
}

describe('look loop', () => {
  it('looks when woken, and again when the look has said', async () => {
    const clock = new VirtualClock()
    const looks: number[] = []
    const loop = new LookLoop({
      clock,
      retryMs: 1000,
      failed: unexpected,
      look: async () => looks.push(clock.monotonic()) * 100,
    })
    loop.wake()
    await clock.advance(350)
    assert.deepEqual(looks, [0, 100, 300])
    await loop.stop()
  })

  it('looks once more for all wake-ups during a look', async () => {
    const clock = new VirtualClock()
    const gates: (() => void)[] = []
    const loop = new LookLoop({
      clock,
      retryMs: 1000,
      failed: unexpected,
      look: () => new Promise((resolve) => gates.push(() => resolve(60_000))),
    })
    loop.wake()
    loop.wake()
    loop.wake()
    assert.equal(gates.length, 1)
    gates[0]?.()
    await clock.advance(0)
    assert.equal(gates.length, 2)
    gates[1]?.()
    await clock.advance(59_999)
    assert.equal(gates.length, 2)
    await loop.stop()
  })

  it('goes on after a failure', async () => {
    const clock = new VirtualClock()
    const failures: unknown[] = []
    let looks = 0
    const loop = new LookLoop({
      clock,
      retryMs: 500,
      failed: (error) => failures.push(error),
      look: () => (++looks === 1 ? Promise.reject(new Error('away')) : Promise.resolve(60_000)),
    })
    loop.wake()
    await clock.advance(499)
    assert.equal(looks, 1)
    await clock.advance(1)
    assert.equal(looks, 2)
    assert.equal(failures.length, 1)
    await loop.stop()
  })

  it('stops when the look under way has ended, and never looks again', async () => {
    const clock = new VirtualClock()
    let end = (): void => {}
    let looks = 0
    const loop = new LookLoop({
      clock,
      retryMs: 500,
      failed: unexpected,
      look: () => {
        looks++
        return new Promise((resolve) => {
          end = () => resolve(1)
        })
      },
    })
    loop.wake()
    let stopped = false
    const stopping = loop.stop().then(() => {
      stopped = true
    })
    await clock.advance(0)
    assert.equal(stopped, false)
    end()
    await stopping
    loop.wake()
    await clock.advance(10_000)
    assert.equal(looks, 1)
  })
})
