import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterNoon, BUSY, endOf, INVITE, NOON, useStore } from '#test/store-fixture'
import {
  endAttempts,
  finishCalls,
  heartbeatNode,
  listLiveNodes,
  markAnswered,
  releaseStaleClaims,
  retireNode,
  startNode,
  takeOverAttempts,
} from '../index.ts'

describe('a node', { timeout: 60_000 }, () => {
  const fixture = useStore()

  it('counts its starts, and tells a leftover of an earlier one', async () => {
    assert.deepEqual(await startNode(fixture.db, 'n1', NOON), { incarnation: 1 })
    const again = { incarnation: 2, lastHeartbeatAt: NOON }
    assert.deepEqual(await startNode(fixture.db, 'n1'), again)
    await startNode(fixture.db, 'n2')
    const standing = { incarnation: 2, live: true, peers: 1 }
    const beat = (incarnation: number) =>
      heartbeatNode(fixture.db, { nodeId: 'n1', incarnation, now: afterNoon(incarnation) })
    assert.deepEqual(await beat(2), standing)
    assert.deepEqual(await beat(1), standing)
    const [n1] = await listLiveNodes(fixture.db)
    assert.deepEqual(n1, { nodeId: 'n1', incarnation: 2, heartbeatAt: afterNoon(2) })
    assert.equal(await heartbeatNode(fixture.db, { nodeId: 'n3', incarnation: 1 }), undefined)
  })

  it('is none any more where it gave no sign of life, until it starts again', async () => {
    await startNode(fixture.db, 'n1', NOON)
    const seen = { nodeId: 'n1', incarnation: 1, heartbeatAt: NOON }
    await heartbeatNode(fixture.db, { ...seen, now: afterNoon(1) })
    assert.equal(await retireNode(fixture.db, seen), 0, 'it gave one since')
    const now = { ...seen, heartbeatAt: afterNoon(1) }
    assert.equal(await retireNode(fixture.db, now), 1)
    assert.equal(await retireNode(fixture.db, now), 0)
    assert.deepEqual(await listLiveNodes(fixture.db), [])
    assert.equal((await heartbeatNode(fixture.db, seen))?.live, false)
    await startNode(fixture.db, 'n1')
    assert.equal((await listLiveNodes(fixture.db)).length, 1)
  })

  it('gives back what was claimed and not dialled, no attempt consumed', async () => {
    await startNode(fixture.db, 'n1')
    await fixture.queue()
    const stale = await fixture.claimOne()
    const upTo = (incarnation: number) => ({ nodeId: 'n1', incarnation })
    assert.equal(await releaseStaleClaims(fixture.db, upTo(0)), 0)
    assert.equal(await releaseStaleClaims(fixture.db, { ...upTo(1), nodeId: 'n2' }), 0)
    assert.equal(await releaseStaleClaims(fixture.db, upTo(1)), 1)
    assert.equal(await fixture.dial(stale), 0)
    assert.equal((await fixture.claimOne()).attempts, 0)
  })

  it('takes over what was dialling or answered, and shuts the old process out', async () => {
    await startNode(fixture.db, 'n1')
    await fixture.queue()
    await fixture.queue()
    const [dialing, answered] = await fixture.claim()
    assert(dialing && answered)
    await fixture.dial(dialing)
    await fixture.dial(answered)
    const dialog = { localTag: 'x' }
    await markAnswered(fixture.db, { claim: answered, attempt: 1, dialog, now: afterNoon(3) })
    const by = { nodeId: 'n2', incarnation: 5 }
    const take = (nodeId: string, incarnation = 1) =>
      takeOverAttempts(fixture.db, {
        from: { nodeId, incarnation },
        by,
        lastHeartbeatAt: afterNoon(7),
      })
    assert.deepEqual(await take('n1', 0), [])
    assert.deepEqual(await take('n3'), [])
    const open = await take('n1')
    open.sort((a, b) => a.claim.callId - b.claim.callId)
    const taken = { claimEpoch: 2, attempts: 1, nodeId: 'n2' }
    const common = { attempt: 1, trunk: 'carrier', invite: INVITE, dialedAt: NOON }
    assert.deepEqual(open, [
      {
        ...common,
        claim: { ...dialing, ...taken },
        state: 'dialing',
        heartbeatAt: afterNoon(7),
      },
      {
        ...common,
        claim: { ...answered, ...taken },
        state: 'answered',
        dialog,
        answeredAt: afterNoon(3),
        heartbeatAt: afterNoon(7),
      },
    ])
    const old = { claim: dialing, attempt: 1 }
    assert.equal(await markAnswered(fixture.db, { ...old, dialog }), 0)
    assert.equal((await endAttempts(fixture.db, [{ ...old, ending: BUSY }])).size, 0)
    assert.deepEqual(await take('n1'), [])
    // The process that took them over dies as well.
    const third = { from: by, by: { nodeId: 'n3', incarnation: 1 } }
    const again = await takeOverAttempts(fixture.db, third)
    assert.equal(again.length, 2)
    for (const { claim: mine, attempt } of again) {
      assert.equal(
        (await endAttempts(fixture.db, [{ claim: mine, attempt, ending: BUSY }])).size,
        1,
      )
      const finished = await finishCalls(fixture.db, [endOf(mine, BUSY)])
      assert.deepEqual(finished, [mine.callId])
    }
  })
})
