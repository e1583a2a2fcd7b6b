import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterNoon, BUSY, endOf, NOON, RESULT_BODY, useStore } from '#test/store-fixture'
import {
  type ClaimedResult,
  claimDueResults,
  findCall,
  finishCalls,
  markResultDelivered,
  markResultUndeliverable,
  nextResultDueAt,
  RESULTS_DUE,
  recordResultTry,
  rescheduleResult,
} from '../index.ts'

describe('results', { timeout: 60_000 }, () => {
  const fixture = useStore()

  const RESULT_URL = 'https://example.org/result'
  const end = (callId: number, now = NOON): Promise<number[]> => {
    const claim = { accountId: fixture.accountId, callId, claimEpoch: 0 }
    return finishCalls(fixture.db, [endOf(claim, BUSY)], now)
  }
  const due = (now: Date): Promise<ClaimedResult[]> =>
    claimDueResults(fixture.db, { limit: 9, leaseSeconds: 30, now })

  it('delivers to the call’s own URL, and nothing where it has none', async () => {
    const silent = await fixture.queue()
    const callId = await fixture.queue({ resultUrl: RESULT_URL })
    const woken = Promise.withResolvers<void>()
    const unlisten = fixture.db.listen(RESULTS_DUE, woken.resolve)
    assert.deepEqual(await end(silent), [silent])
    assert.deepEqual(await end(callId), [callId])
    assert.deepEqual(await end(callId), [])
    await woken.promise
    unlisten()
    assert.deepEqual(await nextResultDueAt(fixture.db), NOON)
    const [result, ...others] = await due(NOON)
    assert.deepEqual(others, [])
    const { createdAt, ...rest } = result ?? assert.fail('nothing was due')
    assert(createdAt instanceof Date)
    assert.deepEqual(rest, {
      accountId: fixture.accountId,
      callId,
      webhookId: `msg_${callId}`,
      url: RESULT_URL,
      body: RESULT_BODY,
      try: 1,
      secrets: [],
    })
  })

  it('leases a claim: whoever dies with it does not lose the result', async () => {
    const callId = await fixture.queue({ resultUrl: RESULT_URL })
    await end(callId)
    const [first] = await due(NOON)
    assert.deepEqual(await due(afterNoon(29)), [])
    const [second] = await due(afterNoon(30))
    assert(first && second)
    assert.equal(second.try, 2)
    assert.equal(second.body, first.body)
    assert.equal(await rescheduleResult(fixture.db, first, 999), 0)
    assert.equal(await markResultUndeliverable(fixture.db, first), 0)
    assert.equal(await rescheduleResult(fixture.db, second, 60, afterNoon(31)), 1)
    assert.deepEqual(await nextResultDueAt(fixture.db), afterNoon(91))
    assert.deepEqual(await due(afterNoon(90)), [])
    assert.equal((await due(afterNoon(91)))[0]?.try, 3)
  })

  it('counts a result as delivered whichever try got there', async () => {
    const callId = await fixture.queue({ resultUrl: RESULT_URL })
    await end(callId)
    const [first] = await due(NOON)
    const [second] = await due(afterNoon(30))
    assert(first && second)
    assert.equal(await markResultDelivered(fixture.db, first, afterNoon(31)), 1)
    assert.equal(await markResultDelivered(fixture.db, second), 0)
    assert.equal(await rescheduleResult(fixture.db, second, 1), 0)
    assert.equal(await nextResultDueAt(fixture.db), undefined)
    assert.equal((await findCall(fixture.db, callId))?.result?.endedAt?.getTime(), +afterNoon(31))
  })

  it('writes down each try, and shows the latest', async () => {
    const callId = await fixture.queue({ resultUrl: RESULT_URL })
    await end(callId)
    const [first] = await due(NOON)
    assert(first)
    const refused = { error: 'connection refused', durationMs: 12.6 }
    assert.equal(await recordResultTry(fixture.db, first, refused), 1)
    assert.equal(await recordResultTry(fixture.db, first, refused), 0)
    const [second] = await due(afterNoon(30))
    assert(second)
    await recordResultTry(fixture.db, second, { httpStatus: 500, durationMs: 3 })
    assert.equal(await markResultUndeliverable(fixture.db, second, afterNoon(31)), 1)
    assert.deepEqual((await findCall(fixture.db, callId))?.result, {
      state: 'undeliverable',
      url: RESULT_URL,
      dueAt: afterNoon(60),
      tries: 2,
      endedAt: afterNoon(31),
      httpStatus: 500,
    })
  })

  it('stores a result with the call’s end or not at all', async () => {
    const callId = await fixture.queue({ resultUrl: RESULT_URL })
    const failure = fixture.db.transaction(async (tx) => {
      const claim = { accountId: fixture.accountId, callId, claimEpoch: 0 }
      assert.deepEqual(await finishCalls(tx, [endOf(claim, BUSY)]), [callId])
      throw new Error('died')
    })
    await assert.rejects(failure, /died/)
    assert.equal(await nextResultDueAt(fixture.db), undefined)
  })
})
