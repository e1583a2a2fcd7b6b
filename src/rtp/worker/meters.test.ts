import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Meters } from './meters.ts'

describe('Meters', () => {
  it('are read through the same memory', () => {
    const writer = new Meters()
    const reader = new Meters(writer.buffer)
    writer.noteLateness(0.05, 98)
    writer.noteLateness(7.25, 2)
    writer.noteBusy(3)
    writer.noteCpu(40)
    const { packets, p50Ms, p99Ms, maxMs } = reader.lateness()
    assert.deepEqual([packets, maxMs, reader.busyMs, reader.cpuMs], [100, 7.25, 3, 40])
    assert.ok(Math.abs(p50Ms - 0.1) < 1e-9 && Math.abs(p99Ms - 7.3) < 1e-9, `${p50Ms}, ${p99Ms}`)
  })

  it('have a last step for everything later, and can begin anew', () => {
    const meters = new Meters()
    meters.noteLateness(5000, 1)
    meters.noteLateness(-1, 1)
    assert.deepEqual(meters.lateness(), { packets: 2, p50Ms: 0.1, p99Ms: 200, maxMs: 5000 })
    meters.resetLateness()
    assert.deepEqual(meters.lateness(), { packets: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 })
  })
})
