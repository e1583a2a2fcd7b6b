import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { upsertTrunk } from '#store'
import { callsOn } from '#test/calls-context'
import { ANSWERED, afterNoon, BUSY, NOON, useStore } from '#test/store-fixture'
import type { CallsContext } from './context.ts'
import { type CallExplanation, explainCall } from './explain-call.ts'
import { finishAttempt } from './finish-attempt.ts'

const TRUNK = {
  name: 'carrier',
  host: '127.0.0.1',
  port: 5060,
  transport: 'udp',
  invalidCallerId: 'decline',
} as const

describe('explainCall', { timeout: 60_000 }, () => {
  const store = useStore()
  let now = NOON
  const context = (): CallsContext => callsOn(store.db, { installation: { lines: 2 } }, () => now)
  const explain = async (callId: number, at = NOON): Promise<CallExplanation> => {
    now = at
    await upsertTrunk(store.db, TRUNK)
    const explanation = await explainCall(context(), { callId })
    return explanation ?? assert.fail('the call is known')
  }
  const objections = ({ verdicts }: CallExplanation): string[] =>
    verdicts.filter(({ allows }) => !allows).map(({ rule }) => rule)

  test('nothing is in the way of a call that is due', async () => {
    const explanation = await explain(await store.queue())
    assert.deepEqual(objections(explanation), [])
    assert.deepEqual(explanation.nextDialAt, NOON)
    assert.match(explanation.summary, /it is dialled at once/)
  })

  test('what waits for a line or for a rate is told by its limit', async () => {
    for (let queued = 0; queued < 4; queued++) {
      await store.queue({ destination: `+1617712300${queued}` })
    }
    const callId = await store.queue()
    await store.claim(1)
    await store.db.execute('UPDATE accounts SET lines = 1')
    const full = await explain(callId)
    assert.deepEqual(objections(full), ['lines'])
    assert.match(full.summary, /as soon as its turn comes: the account has 1 of 1 lines in use\.$/)
    assert.deepEqual(full.nextDialAt, NOON)
    await store.db.execute('UPDATE accounts SET lines = NULL, calls_per_second = 2')
    await store.db.execute('INSERT INTO pacing VALUES ($1, $2)', [
      `account:${store.accountId}`,
      afterNoon(1),
    ])
    const paced = await explain(callId)
    assert.deepEqual(objections(paced), ['pacing'])
    assert.match(paced.summary, /the account starts 2 calls a second/)
    await store.claim(1)
    assert.match((await explain(callId)).summary, /the installation has 2 of 2 lines in use/)
  })

  const HOLDS: readonly (readonly [string, string, string, RegExp])[] = [
    ['installation', 'held = true', 'hold', /the whole installation is held/],
    ['accounts', 'held = true', 'hold', /the account is held/],
    ['campaigns', `state = 'paused'`, 'campaign', /“default” is paused/],
    ['campaigns', 'draining = true', 'campaign', /is running and draining/],
    ['call_lists', `state = 'importing'`, 'list', /still being imported/],
  ]
  const FREE: Readonly<Record<string, string>> = {
    installation: 'held = false',
    accounts: 'held = false',
    campaigns: `state = 'running', draining = false`,
    call_lists: `state = 'complete'`,
  }

  test('names what holds a call, as long as it does', async () => {
    const callId = await store.queue()
    for (const [table, change, rule, summary] of HOLDS) {
      await store.db.execute(`UPDATE ${table} SET ${change}`)
      const explanation = await explain(callId)
      await store.db.execute(`UPDATE ${table} SET ${FREE[table]}`)
      assert.deepEqual(objections(explanation), [rule])
      assert.equal(explanation.nextDialAt, undefined)
      assert.match(explanation.summary, summary)
    }
    assert.deepEqual(objections(await explain(callId)), [])
  })

  test('a call that is not due yet waits, and longer where the hours ask for it', async () => {
    const callId = await store.queue({ scheduledAt: afterNoon(3600) })
    const waiting = await explain(callId)
    assert.deepEqual(objections(waiting), ['due'])
    assert.deepEqual(waiting.nextDialAt, afterNoon(3600))
    // Due at 08:00 in Boston, which has called until then.
    const window = JSON.stringify({ tue: ['06:00-08:00'], wed: ['10:00-11:00'] })
    await store.db.execute('UPDATE campaigns SET calling_window = $1', [window])
    const closed = await explain(callId)
    assert.deepEqual(objections(closed), ['due'])
    assert.deepEqual(closed.nextDialAt, new Date('2030-01-02T15:00:00Z'))
  })

  test('what would come at the expiration or after it will expire', async () => {
    const callId = await store.queue({ scheduledAt: afterNoon(60), expiresAt: afterNoon(120) })
    assert.deepEqual((await explain(callId)).nextDialAt, afterNoon(60.25 - 0.25))
    const window = JSON.stringify({ wed: ['10:00-11:00'] })
    await store.db.execute('UPDATE campaigns SET calling_window = $1', [window])
    const late = await explain(callId)
    assert.equal(late.nextDialAt, undefined)
    assert.match(late.summary, /will expire before it may be dialled/)
    assert.deepEqual(objections(await explain(callId, afterNoon(130))), [
      'expired',
      'calling-window',
    ])
  })

  test('a number on the do-not-call list is never dialled', async () => {
    const callId = await store.queue()
    await store.db.execute('INSERT INTO do_not_call SELECT account_id, destination FROM calls')
    assert.match(
      (await explain(callId)).summary,
      /will not be dialled: the number is on the account’s/,
    )
  })

  test('a destination that the account may not call is never dialled', async () => {
    const callId = await store.queue()
    await store.db.execute(`UPDATE accounts SET destinations = '["GB"]'`)
    const { verdicts, summary } = await explain(callId)
    const detail = 'the account may not call numbers that are under none of its destinations'
    const said = verdicts.find(({ rule }) => rule === 'destinations')
    assert.deepEqual(said, { rule: 'destinations', allows: false, detail })
    assert.equal(summary, `It will not be dialled: ${detail}.`)
  })

  test('a call to a number that is being called waits for its end', async () => {
    const first = await store.queue()
    const second = await store.queue()
    await store.claimOne()
    await store.db.execute(`UPDATE calls SET serialized = true WHERE call_id = $1`, [first])
    await store.db.execute('UPDATE accounts SET serializes_numbers = true')
    const waiting = await explain(second)
    assert.deepEqual(objections(waiting), ['number-in-use'])
    assert.equal(waiting.nextDialAt, undefined)
    const running = await explain(first)
    assert.deepEqual([running.state, running.verdicts.length], ['claimed', 0])
  })

  test('after an attempt it tells the pause; after the last one the outcome', async () => {
    const callId = await store.queue({ maxRetries: 1 })
    const claim = await store.claimOne()
    await store.dial(claim)
    now = afterNoon(10)
    await finishAttempt(context(), { claim, number: 1 }, BUSY)
    const paused = await explain(callId, afterNoon(10))
    assert.deepEqual(objections(paused), ['due'])
    assert.deepEqual(paused.decided?.at, afterNoon(10))
    assert.match(paused.decided?.verdicts[0]?.detail ?? '', /the last attempt ended as busy/)
    assert.deepEqual(paused.decided?.verdicts[0]?.notBefore, paused.nextDialAt)
    const again = await store.claimOne(afterNoon(100))
    await store.dial(again, afterNoon(100))
    now = afterNoon(110)
    await finishAttempt(context(), { claim: again, number: 2 }, BUSY)
    const ended = await explain(callId, afterNoon(120))
    assert.match(ended.summary, /^It ended at 2030-01-01T12:01:50\.250Z: busy, 486 Busy Here\.$/)
    assert.equal(ended.outcome, 'busy')
    assert.equal(ended.calleeType, undefined)
  })

  test('an answered call says who answered', async () => {
    const callId = await store.queue()
    now = NOON
    const claim = await store.claimOne(NOON)
    await store.dial(claim)
    now = afterNoon(10)
    await finishAttempt(context(), { claim, number: 1 }, { ...ANSWERED, calleeType: 'fax' })
    const ended = await explain(callId, afterNoon(20))
    assert.match(ended.summary, /: answered \(fax\), BYE\.$/)
    assert.equal(ended.calleeType, 'fax')
  })

  test('another account’s call is not told of', async () => {
    const callId = await store.queue()
    now = NOON
    const other = store.accountId + 1
    assert.equal(await explainCall(context(), { callId, accountId: other }), undefined)
    assert.ok(await explainCall(context(), { callId, accountId: store.accountId }))
  })
})
