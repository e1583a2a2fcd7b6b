import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReceptionTable } from './reception.ts'

function received(sequences: readonly number[], ssrc = 1, table = new ReceptionTable(1)) {
  const arrivals = sequences.map((sequence) => table.count(0, ssrc, sequence, true))
  return { table, arrivals, received: table.received[0], lost: table.lost(0) }
}

describe('counting losses (RFC 3550 appendix A.1 and A.3)', () => {
  it('counts none where none are missing, over the wrap', () => {
    const { received: count, lost, arrivals } = received([65_534, 65_535, 0, 1])
    assert.deepEqual([count, lost], [4, 0])
    assert.deepEqual(arrivals, ['first', 'next', 'next', 'next'])
  })

  it('counts what is missing, until it comes late', () => {
    assert.equal(received([10, 11, 14]).lost, 2)
    const { lost, arrivals } = received([10, 11, 14, 13, 12])
    assert.equal(lost, 0)
    assert.deepEqual(arrivals.slice(3), ['late', 'late'])
  })

  it('does not let a duplicate make up for a loss', () => {
    const { arrivals, lost, received: count } = received([10, 12, 12, 10, 11, 11])
    assert.deepEqual(arrivals.slice(2), ['duplicate', 'duplicate', 'late', 'duplicate'])
    assert.deepEqual([lost, count], [0, 6])
    assert.equal(received([10, 12, 12, 12]).lost, 1)
    assert.equal(received([0xffff, 1, 0xffff]).lost, 1)
  })

  it('never counts less than none, however many very late duplicates come', () => {
    const many = Array.from({ length: 60 }, (_, n) => n)
    assert.equal(received([...many, 1, 2, 3]).lost, 0)
  })

  it('holds a great jump for implausible, until a second packet confirms it', () => {
    const { arrivals, lost } = received([10, 11, 30_000, 30_001, 30_003])
    assert.deepEqual(arrivals, ['first', 'next', 'implausible', 'first', 'next'])
    assert.equal(lost, 1)
  })

  it('begins anew with a new source, and keeps the losses of the old', () => {
    const { table } = received([10, 13])
    assert.deepEqual(received([5, 6, 8], 2, table).arrivals, ['implausible', 'first', 'next'])
    assert.equal(table.lost(0), 3)
    assert.equal(table.received[0], 5)
    table.clear(0)
    assert.equal(table.lost(0), 0)
  })
})

describe('probation of a new source (RFC 3550 appendix A.1)', () => {
  const arrivals = (table: ReceptionTable, packets: readonly (readonly [number, number])[]) =>
    packets.map(([ssrc, sequence]) => table.count(0, ssrc, sequence, false))

  it('believes it once two packets came in order', () => {
    const table = new ReceptionTable(1)
    const story = arrivals(table, [
      [1, 9],
      [1, 11],
      [1, 12],
      [1, 13],
    ])
    assert.deepEqual(story, ['implausible', 'implausible', 'first', 'next'])
    assert.deepEqual([table.received[0], table.lost(0)], [3, 0])
  })

  it('is not disturbed by strays, however many', () => {
    const table = new ReceptionTable(1)
    table.count(0, 1, 100, true)
    const story = arrivals(table, [
      [2, 7],
      [1, 101],
      [3, 8],
      [2, 9],
      [1, 102],
    ])
    assert.deepEqual(story, ['implausible', 'next', 'implausible', 'implausible', 'next'])
    assert.equal(table.ssrc(0), 1)
  })

  it('counts the wrap within the probation', () => {
    const table = new ReceptionTable(1)
    assert.deepEqual(
      arrivals(table, [
        [1, 65_535],
        [1, 0],
        [1, 1],
      ]),
      ['implausible', 'first', 'next'],
    )
    assert.equal(table.extendedSequence(0), 65_537)
    assert.equal(table.lost(0), 0)
  })

  it('lets a source that said goodbye be followed at once', () => {
    const table = new ReceptionTable(1)
    table.count(0, 1, 10, true)
    table.count(0, 1, 12, true)
    table.end(0, 99)
    assert.equal(table.isStarted(0), true)
    table.end(0, 1)
    assert.equal(table.isStarted(0), false)
    assert.equal(table.count(0, 2, 500, true), 'first')
    assert.equal(table.lost(0), 1)
  })
})

describe('what a report says (RFC 3550 appendix A.3)', () => {
  it('extends the sequence by its wraps, and tells the fraction since the last report', () => {
    const { table } = received([65_530, 65_531, 65_534, 65_535, 2])
    assert.equal(table.extendedSequence(0), 65_536 + 2)
    assert.equal(table.lostOfSource(0), 4)
    assert.equal(table.takeFractionLost(0), Math.floor((4 * 256) / 9))
    assert.equal(table.takeFractionLost(0), 0)
    assert.equal(table.receivedSinceReport(0), 0)
    received([3, 5], 1, table)
    assert.equal(table.takeFractionLost(0), Math.floor(256 / 3))
    received([4], 1, table)
    assert.equal(table.takeFractionLost(0), 0, 'more came than was expected')
    assert.equal(table.lostOfSource(0), 4)
  })
})

describe('measuring jitter (RFC 3550 appendix A.8)', () => {
  it('is nothing for an even stream, whatever its offset, over the wrap', () => {
    const { table } = received([1])
    for (let n = 0; n < 50; n++) {
      table.noteTransit(0, (0xffff_ff00 + n * 160) >>> 0, 1e7 + n * 20)
    }
    assert.equal(table.jitterMs(0), 0)
  })

  it('approaches the mean difference of the transit times', () => {
    const { table } = received([1])
    for (let n = 0; n < 200; n++) table.noteTransit(0, n * 160, n * 20 + (n % 2) * 8)
    assert.ok(Math.abs(table.jitterMs(0) - 8) < 0.01)
  })
})
