import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { postponeCalls } from '#store'
import { callsOn } from '#test/calls-context'
import { afterNoon, BUSY, NOON, useStore } from '#test/store-fixture'
import type { CallsContext } from './context.ts'
import { editAccount } from './edit-account.ts'
import { editCampaign } from './edit-campaign.ts'
import { finishAttempt } from './finish-attempt.ts'

describe('calls that a rule has put off', { timeout: 60_000 }, () => {
  const store = useStore()
  let now = NOON
  const context = (): CallsContext => callsOn(store.db, {}, () => now)
  const dueAt = async (callId: number): Promise<Date | undefined> => {
    const sql = 'SELECT due_at AS "dueAt" FROM calls WHERE call_id = $1'
    return (await store.db.query<{ dueAt: Date }>(sql, [callId]))[0]?.dueAt
  }

  test('are due at once when the rule changes, but not before their pause is over', async () => {
    const putOff = await store.queue({ destination: '+16177123001' })
    const verdicts = [
      { rule: 'do-not-call', allows: true, detail: '' },
      { rule: 'calling-window', allows: false, notBefore: afterNoon(9000), detail: 'closed' },
    ]
    const later = [
      { accountId: store.accountId, callId: putOff, notBefore: afterNoon(9000), verdicts },
    ]
    await postponeCalls(store.db, later, NOON)
    const scheduled = await store.queue({ scheduledAt: afterNoon(500) })
    const retried = await store.queue({ destination: '+16177123003' })
    // Tuesday, 07:00 in Boston.
    const { campaignId } = store
    const close = { campaignId, fields: { calling_window: 'tue 06:00-07:01; wed 09:00-10:00' } }
    await editCampaign(context(), close)
    assert.deepEqual(await dueAt(putOff), NOON)
    await postponeCalls(store.db, later, NOON)

    const claim = await store.claimOne()
    assert.equal(claim.callId, retried)
    await store.dial(claim)
    now = afterNoon(10)
    await finishAttempt(context(), { claim, number: 1 }, BUSY)
    assert.deepEqual(await dueAt(retried), new Date('2030-01-02T14:00:00Z'))

    await editCampaign(context(), { campaignId, fields: { calling_window: null } })
    assert.deepEqual(await dueAt(putOff), afterNoon(10))
    const pause = ((await dueAt(retried))?.getTime() ?? 0) - afterNoon(10).getTime()
    assert.ok(pause >= 60_000 && pause <= 66_000, `the interval and its jitter: ${pause}`)
    assert.deepEqual(await dueAt(scheduled), afterNoon(500))

    await postponeCalls(store.db, later, NOON)
    await editAccount(context(), { accountId: store.accountId, fields: { lines: 4 } })
    assert.deepEqual(await dueAt(putOff), afterNoon(9000))
    await editAccount(context(), { accountId: store.accountId, fields: { number_gap: null } })
    assert.deepEqual(await dueAt(putOff), afterNoon(10))
  })
})
