import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { AccountLanes } from './account-lanes.ts'

const items = (accountId: number, count: number) =>
  Array.from({ length: count }, (_, number) => ({ accountId, number }))

describe('account lanes', () => {
  it('lets one account run so many and no more, while another still runs', () => {
    const lanes = new AccountLanes<{ accountId: number }>(10, 2)
    lanes.add(items(1, 5))
    assert.ok(lanes.take() && lanes.take())
    assert.equal(lanes.take(), undefined)
    assert.deepEqual(lanes.full, [1])
    lanes.add(items(2, 1))
    assert.equal(lanes.take()?.accountId, 2)
    assert.deepEqual(lanes.full, [1])
    assert.equal(lanes.free, 7)
  })

  it('lets accounts take turns', () => {
    const lanes = new AccountLanes<{ accountId: number }>(10, 10)
    lanes.add([...items(1, 3), ...items(2, 2), ...items(3, 1)])
    const order = Array.from({ length: 6 }, () => lanes.take()?.accountId)
    assert.deepEqual(order, [1, 2, 3, 1, 2, 1])
  })

  it('gives back what waits and keeps counting what runs', () => {
    const lanes = new AccountLanes<{ accountId: number; number: number }>(1, 1)
    lanes.add(items(1, 3))
    const first = lanes.take()
    assert.deepEqual(
      lanes.clear().map(({ number }) => number),
      [1, 2],
    )
    assert.equal(lanes.free, 0)
    assert.ok(first)
    lanes.done(first)
    assert.equal(lanes.free, 1)
    assert.deepEqual(lanes.full, [])
  })

  it('runs everything once, in order within an account, and never more than it may', () => {
    const account = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(fc.array(account, { maxLength: 40 }), fc.nat(), (accounts, seed) => {
        const lanes = new AccountLanes<{ accountId: number; number: number }>(5, 2)
        lanes.add(accounts.map((accountId, number) => ({ accountId, number })))
        const running: { accountId: number; number: number }[] = []
        const taken: number[] = []
        for (let step = seed; taken.length < accounts.length || running.length > 0; step++) {
          for (let item = lanes.take(); item !== undefined; item = lanes.take()) {
            running.push(item)
            taken.push(item.number)
          }
          assert.ok(running.length <= 5)
          for (const id of [1, 2, 3, 4]) {
            assert.ok(running.filter(({ accountId }) => accountId === id).length <= 2)
          }
          const [ended] = running.splice(step % running.length, 1)
          assert.ok(ended)
          lanes.done(ended)
        }
        assert.equal(lanes.free, 5)
        for (const id of [1, 2, 3, 4]) {
          const own = taken.filter((number) => accounts[number] === id)
          assert.deepEqual(
            own,
            own.toSorted((a, b) => a - b),
          )
        }
      }),
    )
  })
})
