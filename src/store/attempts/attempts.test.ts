import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ANSWERED, afterNoon, BUSY, endOf, NOON, useStore } from '#test/store-fixture'
import {
  endAttempts,
  type FailedTrunk,
  findCall,
  finishCalls,
  markAnswered,
  markRinging,
  moveAttempt,
  releaseClaim,
  requeueCalls,
} from '../index.ts'

describe('attempts', { timeout: 60_000 }, () => {
  const fixture = useStore()

  it('counts an attempt when its intent is written, and writes each only once', async () => {
    const callId = await fixture.queue()
    const claimed = await fixture.claimOne()
    assert.equal(await fixture.dial(claimed), 1)
    assert.equal(await fixture.dial(claimed), 0)
    assert.equal(await releaseClaim(fixture.db, claimed), 0)
    const call = await findCall(fixture.db, callId)
    assert.equal(call?.state, 'dialing')
    assert.deepEqual(
      call?.attempts.map(({ attempt, state, trunk, dialedAt }) => [
        attempt,
        state,
        trunk,
        dialedAt,
      ]),
      [[1, 'dialing', 'carrier', NOON]],
    )
  })

  it('writes nothing for a stale claim', async () => {
    await fixture.queue()
    const stale = await fixture.claimOne()
    await releaseClaim(fixture.db, stale)
    const claimed = await fixture.claimOne()
    const key = { claim: stale, attempt: 1 }
    assert.equal(await fixture.dial(stale), 0)
    assert.equal(await fixture.dial(claimed), 1)
    assert.equal(await markRinging(fixture.db, key), 0)
    assert.equal(await markAnswered(fixture.db, { ...key, dialog: {} }), 0)
    assert.equal((await endAttempts(fixture.db, [{ ...key, ending: BUSY }])).size, 0)
    assert.deepEqual(await finishCalls(fixture.db, [endOf(stale, BUSY)]), [])
    assert.deepEqual(await requeueCalls(fixture.db, [{ claim: stale, dueAt: NOON }]), [])
  })

  it('moves an attempt to another trunk as long as nothing has rung', async () => {
    const callId = await fixture.queue()
    const claimed = await fixture.claimOne()
    await fixture.dial(claimed)
    const key = { claim: claimed, attempt: 1 }
    const failed = (trunk: string): FailedTrunk => ({
      trunk,
      sipCallId: `1@${trunk}`,
      cause: '503',
    })
    const move = { ...key, trunk: 'second', invite: { callId: '2' }, failed: failed('carrier') }
    const stale = { ...claimed, claimEpoch: claimed.claimEpoch - 1 }
    assert.equal(await moveAttempt(fixture.db, { ...move, claim: stale }), 0)
    assert.equal(await moveAttempt(fixture.db, move), 1)
    assert.equal(
      await moveAttempt(fixture.db, { ...move, trunk: 'third', failed: failed('second') }),
      1,
    )
    await markRinging(fixture.db, key)
    assert.equal(await moveAttempt(fixture.db, { ...move, trunk: 'fourth' }), 0)
    const [attempt] = (await findCall(fixture.db, callId))?.attempts ?? []
    assert.equal(attempt?.trunk, 'third')
    assert.deepEqual(attempt?.failovers, [failed('carrier'), failed('second')])
    const invites = await fixture.db.query('SELECT invite FROM attempts WHERE call_id = $1', [
      callId,
    ])
    assert.deepEqual(invites, [{ invite: { callId: '2' } }])
  })

  it('follows an attempt from dialling to its end', async () => {
    const callId = await fixture.queue()
    const claimed = await fixture.claimOne()
    await fixture.dial(claimed)
    const key = { claim: claimed, attempt: 1 }
    assert.equal(await markRinging(fixture.db, { ...key, now: afterNoon(2) }), 1)
    assert.equal(await markRinging(fixture.db, { ...key, now: afterNoon(3) }), 0)
    const dialog = { localTag: 'x', routeSet: ['<sip:a;lr>'] }
    assert.equal(await markAnswered(fixture.db, { ...key, dialog, now: afterNoon(5) }), 1)
    assert.equal((await findCall(fixture.db, callId))?.state, 'answered')
    const times = await endAttempts(fixture.db, [{ ...key, ending: ANSWERED }], afterNoon(17))
    assert.deepEqual(times.get(callId), {
      dialedAt: NOON,
      answeredAt: afterNoon(5),
      endedAt: afterNoon(17),
    })
    assert.equal((await endAttempts(fixture.db, [{ ...key, ending: BUSY }])).size, 0)
    assert.equal(await markAnswered(fixture.db, { ...key, dialog: {} }), 0)
    const finished = [endOf(claimed, ANSWERED)]
    assert.deepEqual(await finishCalls(fixture.db, finished, afterNoon(17)), [callId])
    assert.deepEqual(await finishCalls(fixture.db, [endOf(claimed, BUSY)]), [])
    assert.deepEqual(await requeueCalls(fixture.db, [{ claim: claimed, dueAt: NOON }]), [])
    const { cause, ...rest } = ANSWERED
    assert.deepEqual(await findCall(fixture.db, callId), {
      accountId: fixture.accountId,
      callId,
      campaignId: fixture.campaignId,
      campaignName: 'default',
      phoneNumber: '6177123000;postd=12',
      destination: '+16177123000',
      messageReference: 'ref',
      state: 'ended',
      dueAt: NOON,
      maxRetries: 2,
      createdAt: (await findCall(fixture.db, callId))?.createdAt,
      decidedAt: NOON,
      ...ANSWERED,
      endedAt: afterNoon(17),
      attempts: [
        {
          attempt: 1,
          state: 'ended',
          trunk: 'carrier',
          failovers: [],
          dialedAt: NOON,
          ringingAt: afterNoon(2),
          answeredAt: afterNoon(5),
          endedAt: afterNoon(17),
          cause,
          ...rest,
        },
      ],
    })
  })

  it('queues the call again for its next attempt', async () => {
    await fixture.queue()
    const claimed = await fixture.claimOne()
    assert.deepEqual(await requeueCalls(fixture.db, [{ claim: claimed, dueAt: NOON }]), [])
    await fixture.dial(claimed)
    await endAttempts(fixture.db, [{ claim: claimed, attempt: 1, ending: BUSY }], NOON)
    assert.deepEqual(await requeueCalls(fixture.db, [{ claim: claimed, dueAt: afterNoon(60) }]), [
      claimed.callId,
    ])
    assert.deepEqual(await fixture.claim(9, 'n1', afterNoon(59.999)), [])
    const again = await fixture.claimOne(afterNoon(60))
    assert.equal(again.attempts, 1)
    assert.equal(await fixture.dial(again, afterNoon(60)), 1)
    assert.equal((await findCall(fixture.db, claimed.callId))?.attempts.length, 2)
  })
})
