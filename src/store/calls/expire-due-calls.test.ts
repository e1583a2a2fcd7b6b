import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterNoon, BUSY, endOf, NOON, useStore } from '#test/store-fixture'
import { expireDueCalls, findCall, finishCalls } from '../index.ts'

describe('expiration', { timeout: 60_000 }, () => {
  const fixture = useStore()

  it('gives expired calls, once, to the transaction that finishes them', async () => {
    const callId = await fixture.queue({ expiresAt: afterNoon(10) })
    await fixture.queue({ expiresAt: afterNoon(11) })
    await fixture.queue()
    assert.deepEqual(await expireDueCalls(fixture.db, { limit: 9, now: afterNoon(9) }), [])
    await fixture.db.transaction(async (tx) => {
      const expired = await expireDueCalls(tx, { limit: 9, now: afterNoon(10) })
      assert.deepEqual(
        expired.map((call) => call.callId),
        [callId],
      )
      assert.deepEqual(await expireDueCalls(fixture.db, { limit: 9, now: afterNoon(10) }), [])
      const ending = { ...BUSY, outcome: 'expired' } as const
      const finished = expired.map((claim) => endOf(claim, ending))
      assert.deepEqual(await finishCalls(tx, finished), [callId])
    })
    assert.equal((await findCall(fixture.db, callId))?.outcome, 'expired')
  })

  it('leaves them queued where that transaction fails', async () => {
    const callId = await fixture.queue({ expiresAt: NOON })
    const failure = fixture.db.transaction(async (tx) => {
      await expireDueCalls(tx, { limit: 9, now: NOON })
      throw new Error('died')
    })
    await assert.rejects(failure, /died/)
    assert.equal((await findCall(fixture.db, callId))?.state, 'queued')
    assert.equal((await expireDueCalls(fixture.db, { limit: 9, now: NOON })).length, 1)
  })
})
