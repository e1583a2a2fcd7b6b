import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SlotGrid } from './slot-grid.ts'

/** A grid under a clock that the test sets, and what it sent: `stream@tick`. */
function grid(capacity = 100) {
  let nowMs = 1000
  const sent: string[] = []
  const late: number[] = []
  const slots = new SlotGrid(capacity, nowMs, 80)
  return {
    slots,
    sent,
    late,
    add: (index: number) => slots.add(index, nowMs),
    at(ms: number): string[] {
      nowMs = ms
      sent.length = 0
      slots.run(
        () => nowMs,
        (index, tick) => sent.push(`${index}@${tick}`),
        (lateMs) => late.push(lateMs),
      )
      return [...sent]
    },
  }
}

describe('SlotGrid', () => {
  it('is due never without streams, and within 2 ms of the first', () => {
    const { slots, add, at } = grid()
    assert.equal(slots.nextDueMs, Number.POSITIVE_INFINITY)
    at(5000.5)
    add(3)
    assert.equal(slots.nextDueMs, 5002)
  })

  it('sends each stream once in every 20 ms, on an absolute grid', () => {
    const { add, at } = grid()
    const first = add(0)
    const ticks: string[] = []
    for (let ms = 1000; ms < 1200; ms += 3.7) ticks.push(...at(ms))
    assert.deepEqual(ticks.slice(0, 3), [`0@${first}`, `0@${first + 1}`, `0@${first + 2}`])
    assert.ok(ticks.length === 10 || ticks.length === 9)
  })

  it('gives the first frame the tick that it announced, for every phase', () => {
    for (let streams = 1; streams <= 25; streams++) {
      const { add, at } = grid()
      let announced = 0
      for (let n = 0; n < streams; n++) announced = add(n)
      const sent = [...at(1010), ...at(1025)]
      assert.ok(sent.includes(`${streams - 1}@${announced}`), `${announced} of ${sent}`)
    }
  })

  it('spreads streams evenly over ten slots, also after some have gone', () => {
    const { slots, add, at } = grid()
    for (let n = 0; n < 50; n++) add(n)
    for (let n = 0; n < 50; n += 5) slots.remove(n)
    for (let n = 0; n < 50; n += 5) add(n)
    for (let ms = 1002; ms < 1040; ms += 2) assert.equal(at(ms).length, 5, `at ${ms}`)
    assert.equal(slots.size, 50)
  })

  it('makes up for late slots at once and in order', () => {
    const { add, at, late } = grid()
    const first = add(0)
    const ticks = at(1000 + 2 + 60)
    assert.deepEqual(
      ticks,
      [`0@${first}`, `0@${first + 1}`, `0@${first + 2}`, `0@${first + 3}`].slice(0, ticks.length),
    )
    assert.ok(ticks.length >= 3)
    assert.ok((late[0] ?? 0) > (late.at(-1) ?? 0), 'each is told how late it was')
  })

  it('skips what is later than its limit, and the tick moves on', () => {
    const { add, at } = grid()
    const first = add(0)
    const ticks = at(1000 + 2000).map((entry) => Number(entry.split('@')[1]))
    assert.ok(ticks.length <= 5, `${ticks.length} frames in a burst`)
    assert.ok((ticks[0] ?? 0) >= first + 94)
  })

  it('does not make up for the time in which it was empty', () => {
    const { slots, add, at } = grid()
    add(0)
    at(1004)
    slots.remove(0)
    assert.deepEqual(at(9000), [])
    add(0)
    assert.deepEqual(at(9001), [])
    assert.ok(slots.nextDueMs > 9000)
  })
})
