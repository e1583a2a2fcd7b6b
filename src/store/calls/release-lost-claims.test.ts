import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterNoon, BUSY, NOON, useStore } from '#test/store-fixture'
import {
  endAttempts,
  findCall,
  markAnswered,
  releaseLostClaims,
  requeueCalls,
  startNode,
} from '../index.ts'

describe('what a node holds on disk and not in its hands', { timeout: 60_000 }, () => {
  const fixture = useStore()

  it('is queued again, its intent withdrawn, no attempt consumed', async () => {
    const { incarnation } = await startNode(fixture.db, 'n1')
    await fixture.queue()
    const first = await fixture.claimOne()
    await fixture.dial(first)
    await endAttempts(fixture.db, [{ claim: first, attempt: 1, ending: BUSY }])
    await requeueCalls(fixture.db, [{ claim: first, dueAt: NOON }])
    const second = await fixture.claimOne()
    await fixture.dial(second, afterNoon(70))

    const node = { nodeId: 'n1', incarnation }
    assert.equal(await releaseLostClaims(fixture.db, { ...node, inHand: [] }), 1)
    const call = await findCall(fixture.db, second.callId)
    assert.deepEqual([call?.state, call?.attempts.length], ['queued', 1])
    const [row] = await fixture.db.query('SELECT last_attempt_at AS at FROM calls')
    assert.deepEqual(row, { at: NOON })
    assert.equal(await fixture.dial(second), 0, 'the lost claim is stale')
    assert.equal((await fixture.claimOne()).attempts, 1)
  })

  it('is left alone in hand, answered, or with another node or start', async () => {
    const { incarnation } = await startNode(fixture.db, 'n1')
    await startNode(fixture.db, 'n2')
    for (let i = 0; i < 3; i++) await fixture.queue()
    const [claimed, dialing, answered] = await fixture.claim()
    assert(claimed && dialing && answered)
    for (const claim of [dialing, answered]) await fixture.dial(claim)
    await markAnswered(fixture.db, { claim: answered, attempt: 1, dialog: {}, now: NOON })

    const inHand = [claimed.callId, dialing.callId]
    const release = (nodeId: string, start: number, hand: number[]): Promise<number> =>
      releaseLostClaims(fixture.db, { nodeId, incarnation: start, inHand: hand })
    assert.equal(await release('n1', incarnation, inHand), 0)
    assert.equal(await release('n2', incarnation, []), 0)
    assert.equal(await release('n1', incarnation + 1, []), 0)
    assert.equal(await release('n1', incarnation, []), 2)
  })

  it('begins no attempt of a call that has expired meanwhile', async () => {
    await startNode(fixture.db, 'n1')
    await fixture.queue({ expiresAt: afterNoon(10) })
    const claim = await fixture.claimOne()
    assert.equal(await fixture.dial(claim, afterNoon(10)), 0)
    assert.equal(await fixture.dial(claim, afterNoon(9)), 1)
  })
})
