import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WriteGroup } from './write-group.ts'

/** A group whose writes wait until they are let go. */
function open(
  fails: (items: readonly number[]) => unknown = () => undefined,
  atOnce = 1,
  more: { readonly rest?: () => Promise<void> } = {},
) {
  const written: number[][] = []
  const gates: (() => void)[] = []
  const group = new WriteGroup<number, number>({
    async write(items) {
      await new Promise<void>((go) => gates.push(go))
      const failure = fails(items)
      if (failure !== undefined) throw failure
      written.push([...items])
      return items.map((item) => (item < 0 ? new Error(`no ${item}`) : 2 * item))
    },
    atOnce,
    most: 3,
    concernsAll: (error) => error instanceof TypeError,
    ...more,
  })
  const letGo = async (): Promise<void> => {
    gates.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { group, written, gates, letGo }
}

describe('WriteGroup', () => {
  it('writes the first at once, and together what came meanwhile', async () => {
    const { group, written, letGo } = open()
    const results = [1, 2, 3, 4, 5].map((item) => group.add(item))
    for (let i = 0; i < 3; i++) await letGo()
    assert.deepEqual(await Promise.all(results), [2, 4, 6, 8, 10])
    assert.deepEqual(written, [[1], [2, 3, 4], [5]])
  })

  it('has so many writes under way as it may', async () => {
    const { group, gates } = open(undefined, 2)
    for (const item of [1, 2, 3]) void group.add(item)
    assert.equal(gates.length, 2)
  })

  it('rests between writes where it is told to, and before the first one never', async () => {
    const rest = Promise.withResolvers<void>()
    const { group, gates, letGo } = open(undefined, 1, { rest: () => rest.promise })
    const first = group.add(1)
    void group.add(2)
    await letGo()
    assert.equal(await first, 2)
    assert.equal(gates.length, 0)
    rest.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(gates.length, 1)
  })

  it('lets one that fails by itself fail alone', async () => {
    const { group, letGo } = open()
    const results = Promise.allSettled([1, -2, 3].map((item) => group.add(item)))
    for (let i = 0; i < 2; i++) await letGo()
    const statuses = (await results).map(({ status }) => status)
    assert.deepEqual(statuses, ['fulfilled', 'rejected', 'fulfilled'])
  })

  it('writes each alone where they failed together, but not in an outage', async () => {
    const bad = open((items) => (items.includes(3) ? new RangeError('3') : undefined))
    const results = Promise.allSettled([1, 2, 3, 4].map((item) => bad.group.add(item)))
    for (let i = 0; i < 5; i++) await bad.letGo()
    assert.deepEqual(bad.written, [[1], [2], [4]])
    const statuses = (await results).map(({ status }) => status)
    assert.deepEqual(statuses, ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])

    const away = open(() => new TypeError('away'))
    const lost = Promise.allSettled([1, 2, 3].map((item) => away.group.add(item)))
    for (let i = 0; i < 2; i++) await away.letGo()
    assert.ok((await lost).every(({ status }) => status === 'rejected'))
  })
})
