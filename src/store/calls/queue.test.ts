import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { onStop } from '#base'
import { afterNoon, NOON, useStore } from '#test/store-fixture'
import { CALLS_DUE, databaseNow, findCall, insertCalls, releaseClaim } from '../index.ts'

describe('the queue', { timeout: 60_000 }, () => {
  const fixture = useStore()

  it('gives a claim all that the dialer needs, and no nulls', async () => {
    const callId = await fixture.queue()
    const [claimed] = await fixture.claim()
    assert.deepEqual(claimed, {
      accountId: fixture.accountId,
      callId,
      campaignId: fixture.campaignId,
      campaignName: 'default',
      campaignParameters: '',
      listId: 1,
      phoneNumber: '6177123000;postd=12',
      destination: '+16177123000',
      startUrl: 'https://example.org/start',
      startMethod: 'post',
      messageReference: 'ref',
      callParameters: 'a=1',
      attempts: 0,
      trunkFailures: 0,
      maxRetries: 2,
      retryIntervalSeconds: 60,
      nodeId: 'n1',
      claimEpoch: 1,
      detectsCalleeType: true,
    })
  })

  it('gives optional values where there are some', async () => {
    await fixture.queue({ callerId: '8001234567', postDial: '12', expiresAt: afterNoon(60) })
    const [claimed] = await fixture.claim()
    assert.equal(claimed?.callerId, '8001234567')
    assert.equal(claimed?.postDial, '12')
    assert.deepEqual(claimed?.expiresAt, afterNoon(60))
  })

  it('claims what is due, first due first, and nothing else', async () => {
    const late = await fixture.queue({ scheduledAt: afterNoon(-1) })
    const first = await fixture.queue({ scheduledAt: afterNoon(-9) })
    const now = await fixture.queue()
    await fixture.queue({ scheduledAt: afterNoon(0.001) })
    await fixture.queue({ scheduledAt: afterNoon(-5), expiresAt: NOON })
    const ids = (await fixture.claim()).map(({ callId }) => callId)
    assert.deepEqual(ids, [first, late, now])
    assert.deepEqual(await fixture.claim(), [])
  })

  it('takes the database’s clock where no time is given', async () => {
    await insertCalls(fixture.db, [fixture.newCall()])
    const now = await databaseNow(fixture.db)
    const [claimed] = await fixture.claim(1, 'n1', now)
    assert(claimed)
    const call = await findCall(fixture.db, claimed.callId)
    assert(call && call.dueAt <= now && now.getTime() - call.dueAt.getTime() < 10_000)
  })

  it('never gives one call to two nodes', async () => {
    const queued = await Promise.all(Array.from({ length: 60 }, () => fixture.queue()))
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, node) => fixture.claim(10, `n${node}`)),
    )
    const ids = claims.flat().map(({ callId }) => callId)
    assert.equal(new Set(ids).size, ids.length)
    ids.push(...(await fixture.claim()).map(({ callId }) => callId))
    assert.deepEqual(ids.sort(), queued.sort())
  })

  it('passes over a call that another transaction holds, without waiting', async () => {
    const held = await fixture.queue()
    const free = await fixture.queue()
    await fixture.db.transaction(async (tx) => {
      await tx.query('SELECT FROM calls WHERE call_id = $1 FOR UPDATE', [held])
      assert.deepEqual(
        (await fixture.claim()).map(({ callId }) => callId),
        [free],
      )
    })
    assert.deepEqual(
      (await fixture.claim()).map(({ callId }) => callId),
      [held],
    )
  })

  it('names its stops, and wakes those who listen for due calls', async () => {
    const stops: string[] = []
    const end = onStop(({ stop, callId }) => stops.push(`${stop} ${callId}`))
    const woken = Promise.withResolvers<void>()
    const unlisten = fixture.db.listen(CALLS_DUE, woken.resolve)
    const callId = await fixture.queue()
    await fixture.claim()
    await woken.promise
    unlisten()
    end()
    assert.deepEqual(stops, [
      `store/calls/insert-calls ${callId}`,
      `store/calls/claim-due-calls ${callId}`,
    ])
  })

  it('gives a released claim back unchanged, but only by its latest claim', async () => {
    await fixture.queue()
    const first = await fixture.claimOne()
    assert.equal(await releaseClaim(fixture.db, first), 1)
    assert.equal(await releaseClaim(fixture.db, first), 0)
    const second = await fixture.claimOne()
    assert.equal(second.claimEpoch, 2)
    assert.equal(second.attempts, 0)
    assert.equal(await releaseClaim(fixture.db, first), 0)
  })
})
