import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { ClaimedCall } from '#model'
import { endAttempts, finishCalls, insertAccount, pruneNumberAttempts } from '#store'
import { callsOn } from '#test/calls-context'
import { afterNoon, BUSY, endOf, NOON, useStore } from '#test/store-fixture'
import { checkDispatch, type DispatchCheck } from './check-dispatch.ts'
import type { CallsContext } from './context.ts'

describe('checkDispatch', { timeout: 60_000 }, () => {
  const store = useStore()
  beforeEach(() => {
    claims = []
  })
  const context = (): CallsContext => callsOn(store.db)
  let claims: ClaimedCall[] = []
  /** Claims whatever is due at noon, and asks about all that was claimed in this test. */
  const check = async (now = NOON): Promise<ReadonlyMap<number, DispatchCheck>> => {
    claims.push(...(await store.claim()))
    return store.db.transaction((tx) => checkDispatch(context(), tx, claims, now))
  }
  const set = async (table: string, values: Record<string, unknown>): Promise<void> => {
    for (const [column, value] of Object.entries(values)) {
      const json = typeof value === 'object' ? JSON.stringify(value) : value
      await store.db.execute(`UPDATE ${table} SET ${column} = $1`, [json])
    }
  }
  const forbid = (accountId: number, destination: string, reason: string): Promise<number> =>
    store.db.execute(
      'INSERT INTO do_not_call (account_id, destination, reason) VALUES ($1, $2, $3)',
      [accountId, destination, reason],
    )

  test('refuses a number on its account’s list, and no other', async () => {
    const forbidden = await store.queue({ destination: '+16177123001' })
    const allowed = await store.queue({ destination: '+16177123002' })
    const other = await insertAccount(store.db, { login: 'other', pinHash: 'scrypt' })
    await forbid(store.accountId, '+16177123001', 'asked on Monday')
    await forbid(other?.accountId ?? 0, '+16177123002', '')
    const checks = await check()
    assert.deepEqual(checks.get(forbidden)?.decision, {
      kind: 'refuse',
      rule: 'do-not-call',
      outcome: 'do-not-call',
      cause: 'the number is on the account’s do-not-call list: asked on Monday',
    })
    assert.deepEqual(checks.get(allowed)?.decision, { kind: 'dial' })
    assert.deepEqual(checks.get(allowed)?.verdicts, [
      { rule: 'do-not-call', allows: true, detail: 'not on the do-not-call list' },
    ])
  })

  test('refuses a number that is under none of the account’s destinations, since an edit too', async () => {
    const london = await store.queue({ destination: '+442079460000' })
    const boston = await store.queue({ destination: '+16177123001' })
    assert.deepEqual(
      (await check()).get(london)?.verdicts.map(({ rule }) => rule),
      ['do-not-call'],
    )
    await set('accounts', { destinations: ['US', '!+44'] })
    const checks = await check()
    assert.deepEqual(checks.get(london)?.decision, {
      ...{ kind: 'refuse', rule: 'destinations', outcome: 'destination-not-allowed' },
      cause: 'the account may not call numbers of +44',
    })
    assert.deepEqual(checks.get(boston)?.verdicts, [
      { rule: 'do-not-call', allows: true, detail: 'not on the do-not-call list' },
      { rule: 'destinations', allows: true, detail: 'the account may call numbers of US' },
    ])
  })

  test('asks the windows of account and campaign together, by the callee’s clock', async () => {
    // Noon UTC on a Tuesday: 07:00 in Boston, 12:00 in London.
    await set('accounts', { calling_window: { tue: ['07:00-20:00'], wed: ['09:00-20:00'] } })
    const boston = await store.queue({ destination: '+16177123001' })
    const london = await store.queue({ destination: '+442079460000' })
    const moved = await store.queue({ destination: '+16177123003' })
    await store.db.execute(`UPDATE calls SET time_zone = 'Asia/Tokyo' WHERE call_id = $1`, [moved])
    const open = await check()
    assert.deepEqual(open.get(boston)?.decision, { kind: 'dial' })
    assert.deepEqual(open.get(london)?.decision, { kind: 'dial' })
    // 21:00 in Tokyo.
    const tokyoOpens = new Date('2030-01-02T00:00:00Z')
    assert.deepEqual(open.get(moved)?.decision, { kind: 'later', notBefore: tokyoOpens })

    await set('campaigns', { calling_window: { tue: ['08:00-12:00'] } })
    const closed = await check()
    const bostonOpens = new Date('2030-01-01T13:00:00Z')
    assert.deepEqual(closed.get(boston)?.decision, { kind: 'later', notBefore: bostonOpens })
    const londonOpens = new Date('2030-01-08T08:00:00Z')
    assert.deepEqual(closed.get(london)?.decision, { kind: 'later', notBefore: londonOpens })

    await set('accounts', { holidays: { US: ['01-01'] } })
    const holiday = await check()
    const nextWeek = new Date('2030-01-08T13:00:00Z')
    assert.deepEqual(holiday.get(boston)?.decision, { kind: 'later', notBefore: nextWeek })
  })

  test('keeps the gap and the cap of a number over all calls of the account', async () => {
    await set('accounts', { number_gap_seconds: 600, number_cap: 2 })
    await store.queue({ destination: '+16177123001' })
    const first = await store.claimOne()
    await store.dial(first)
    const ended = afterNoon(30)
    await endAttempts(store.db, [{ claim: first, attempt: 1, ending: BUSY }], ended)
    await finishCalls(store.db, [endOf(first, BUSY)], ended)
    const second = await store.queue({ destination: '+16177123001' })
    const other = await store.queue({ destination: '+16177123002' })
    const soon = await check(afterNoon(60))
    assert.deepEqual(soon.get(second)?.decision, { kind: 'later', notBefore: afterNoon(630) })
    assert.deepEqual(soon.get(other)?.decision, { kind: 'dial' })
    assert.deepEqual((await check(afterNoon(630))).get(second)?.decision, { kind: 'dial' })

    const [claim] = claims.filter(({ callId }) => callId === second)
    assert.ok(claim)
    await store.dial(claim, afterNoon(630))
    await endAttempts(store.db, [{ claim, attempt: 1, ending: BUSY }], afterNoon(640))
    await finishCalls(store.db, [endOf(claim, BUSY)], afterNoon(640))
    const third = await store.queue({ destination: '+16177123001' })
    const day = await check(afterNoon(4000))
    assert.deepEqual(day.get(third)?.decision, { kind: 'later', notBefore: afterNoon(86_400) })
    assert.equal(await pruneNumberAttempts(store.db, afterNoon(86_401)), 1)
    assert.equal(await pruneNumberAttempts(store.db, afterNoon(87_031)), 1)
  })

  test('an account without limits keeps no attempts by number', async () => {
    await store.queue()
    await store.dial(await store.claimOne())
    assert.deepEqual(await store.db.query('SELECT * FROM number_attempts'), [])
  })
})
