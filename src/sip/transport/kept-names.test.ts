import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualClock } from '#base'
import type { NameRecords, SrvRecord } from '../locate-servers.ts'
import { keptNames } from './kept-names.ts'

const SRV: SrvRecord = { name: 'one.example', port: 5060, priority: 1, weight: 1 }

describe('names that are kept', () => {
  it('are asked for once in the time, each for itself', async () => {
    const { names, asked, clock } = keep(async () => [SRV])
    for (let call = 0; call < 3; call++) assert.deepEqual(await names.srv('a'), [SRV])
    await names.srv('b')
    await names.naptr('a')
    assert.deepEqual(asked, ['srv a', 'srv b', 'naptr a'])
    await clock.advance(60_000)
    await names.srv('a')
    assert.equal(asked.length, 4)
  })

  it('stand while they cannot be had anew', async () => {
    let isDown = false
    const { names, clock } = keep(async () => {
      if (isDown) throw new Error('SERVFAIL')
      return [SRV]
    })
    await names.srv('a')
    isDown = true
    await clock.advance(60_000)
    assert.deepEqual(await names.srv('a'), [SRV])
  })

  it('are asked for again at once where they never could be had', async () => {
    let isDown = true
    const { names } = keep(async () => {
      if (isDown) throw new Error('SERVFAIL')
      return [SRV]
    })
    await assert.rejects(names.srv('a'), /SERVFAIL/)
    isDown = false
    assert.deepEqual(await names.srv('a'), [SRV])
  })
})

function keep(answer: () => Promise<SrvRecord[]>): {
  names: NameRecords
  asked: string[]
  clock: VirtualClock
} {
  const asked: string[] = []
  const clock = new VirtualClock()
  const source: NameRecords = {
    naptr: async (name) => {
      asked.push(`naptr ${name}`)
      return []
    },
    srv: (name) => {
      asked.push(`srv ${name}`)
      return answer()
    },
  }
  return { names: keptNames(source, clock, 60), asked, clock }
}
