import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Destination } from '#store'
import { DestinationLanes } from './destination-lanes.ts'

type Item = Destination & { readonly n: number }

const items = (accountId: number, destination: string, count: number): Item[] =>
  Array.from({ length: count }, (_, n) => ({ accountId, destination, n }))

describe('lanes of destinations', () => {
  it('serves destinations in turns, and of one no more than it may have', () => {
    const lanes = new DestinationLanes<Item>({ total: 100, perDestination: 2 })
    lanes.add([...items(1, 'a', 3), ...items(1, 'b', 3), ...items(2, 'a', 1)], lanes.room())
    const taken = Array.from({ length: 8 }, () => lanes.take())
    const names = taken.map((item) => item && `${item.accountId}${item.destination}${item.n}`)
    assert.deepEqual(names, ['1a0', '1b0', '2a0', '1a1', '1b1', ...Array(3).fill(undefined)])
  })

  it('asks for as many again as may run, and for none of what is full', () => {
    const lanes = new DestinationLanes<Item>({ total: 100, perDestination: 2 })
    assert.deepEqual(lanes.room(), { limit: 200, room: 4, busy: [] })
    lanes.add(items(1, 'a', 3), lanes.room())
    lanes.take()
    const { limit, busy } = lanes.room()
    assert.deepEqual(busy, [{ accountId: 1, destination: 'a', load: 3, room: 1 }])
    assert.equal(limit, 197)
  })

  it('says that it is time to claim more where there may be more and little is left, once', () => {
    const lanes = new DestinationLanes<Item>({
      ...{ total: 100, perDestination: 2 },
    })
    lanes.add(items(1, 'a', 4), lanes.room())
    const told: boolean[] = []
    for (let next = lanes.take(); next !== undefined; next = lanes.take()) {
      told.push(lanes.done(next, 1000))
    }
    assert.deepEqual(told, [false, true, false, false])
    // Though it is not full: some were done while these were claimed.
    assert.deepEqual(lanes.room().busy, [])
    lanes.add(items(1, 'a', 2), { ...lanes.room(), room: 2 })
    assert.ok(lanes.done(lanes.take() ?? assert.fail(), 1000))
  })

  it('lets more wait where posts are quick', () => {
    const lanes = new DestinationLanes<Item>({ total: 100, perDestination: 2 })
    lanes.add(items(1, 'a', 2), lanes.room())
    const first = lanes.take() ?? assert.fail()
    lanes.take()
    lanes.done(first, 10)
    assert.equal(lanes.room().busy[0]?.room, 2 + (2 * 500) / 10 - 1)
  })

  it('always leaves a place for the next destination', () => {
    const lanes = new DestinationLanes<Item>({ total: 20, perDestination: 5 })
    const running: number[] = []
    for (let account = 1; account <= 12; account++) {
      lanes.add(items(account, 'a', 10), lanes.room())
      let started = 0
      while (lanes.take() !== undefined) started++
      running.push(started)
    }
    assert.equal(lanes.take(), undefined, 'all places are taken')
    assert.deepEqual(running, [4, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1])
  })

  it('hands out what waits when all is over', () => {
    const lanes = new DestinationLanes<Item>({ total: 100, perDestination: 2 })
    lanes.add(items(1, 'a', 5), lanes.room())
    lanes.take()
    assert.equal(lanes.clear().length, 4)
    assert.equal(lanes.take(), undefined)
  })
})
