import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '#base'
import { orderTrunks } from './order-trunks.ts'
import type { Trunk } from './trunk.ts'

function trunk(name: string, properties: Partial<Trunk> = {}): Trunk {
  return { name, host: name, invalidCallerId: 'decline', ...properties }
}

describe('the order of trunks', () => {
  it('is that of their priorities, 1 where none is set', () => {
    const trunks = [
      trunk('last', { priority: 2 }),
      trunk('second'),
      trunk('first', { priority: 0 }),
    ]
    const names = orderTrunks(trunks, seededRandom(1)).map(({ name }) => name)
    assert.deepEqual(names, ['first', 'second', 'last'])
  })

  it('shares the calls of one priority by weight, 1 where none is set', () => {
    const random = seededRandom('trunks')
    const trunks = [trunk('a', { weight: 3 }), trunk('b'), trunk('spare', { weight: 0 })]
    const first = { a: 0, b: 0, spare: 0 }
    for (let draw = 0; draw < 4_000; draw++) {
      first[orderTrunks(trunks, random)[0]?.name as keyof typeof first]++
    }
    assert.ok(first.a > 2_850 && first.a < 3_150, JSON.stringify(first))
    assert.ok(first.spare < 5, JSON.stringify(first))
  })
})
