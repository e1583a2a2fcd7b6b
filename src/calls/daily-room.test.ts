import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { VirtualClock } from '#base'
import { type Database, DueCursors, pruneAccountUsage } from '#store'
import { callsOn } from '#test/calls-context'
import { ANSWERED, BUSY, useStore } from '#test/store-fixture'
import { type Attempt, beginAttempt } from './begin-attempt.ts'
import { type ClaimOptions, claimCalls } from './claim-calls.ts'
import type { CallsContext } from './context.ts'
import { finishAttempt } from './finish-attempt.ts'
import { type CallExplanation, explainCall, joinNodes } from './index.ts'

/** 12:00 in New York, whose day this is until 05:00 UTC. */
const NOON = new Date('2030-01-01T17:00:00Z')
const MIDNIGHT = new Date('2030-01-02T05:00:00Z')

describe('the daily caps of an account', { timeout: 120_000 }, () => {
  const store = useStore()
  let now = NOON
  let nodes: ClaimOptions['node'][] = []
  const context = (db: Database = store.db): CallsContext => callsOn(db, {}, () => now)

  beforeEach(async () => {
    now = NOON
    const joined = await Promise.all(['n1', 'n2'].map((id) => joinNodes(context(), id)))
    nodes = joined.map(({ incarnation }, index) => ({ nodeId: `n${index + 1}`, incarnation }))
    await set(`time_zone = 'America/New_York'`)
  })

  const set = (values: string): Promise<number> => store.db.execute(`UPDATE accounts SET ${values}`)
  const queue = async (count: number): Promise<number[]> => {
    const ids: number[] = []
    for (let i = 0; i < count; i++) ids.push(await store.queue({ scheduledAt: NOON }))
    return ids
  }
  /** What one node claims at once. */
  const claim = async (node = 0, atMost = 100): Promise<Parameters<typeof beginAttempt>[1][]> => {
    const { calls } = await claimCalls(context(), {
      node: nodes[node] ?? assert.fail(),
      installation: {},
      trunks: new Map([['carrier', {}]]),
      trunksFor: () => ['carrier'],
      atMost,
      leadMs: 0,
      cursors: new DueCursors(new VirtualClock()),
    })
    return calls.map((call) => call.claim)
  }
  const dial = (one: Parameters<typeof beginAttempt>[1]): Promise<Attempt> =>
    beginAttempt(context(), one, { trunk: 'carrier', invite: {} })
  const usage = (): Promise<unknown[]> => store.db.query('SELECT * FROM account_usage')
  const explain = async (callId: number): Promise<CallExplanation> =>
    (await explainCall(context(), { callId })) ?? assert.fail()

  test('attempts: two nodes that claim and dial at once never pass the cap', async () => {
    await queue(40)
    await set('attempts_per_day = 12')
    const begun: Attempt[] = []
    const work = async (node: number): Promise<void> => {
      for (let round = 0; round < 8; round++) {
        for (const one of await claim(node, 3)) begun.push(await dial(one))
      }
    }
    await Promise.all([work(0), work(1)])
    assert.equal(begun.length, 12)
    const [count] = await store.db.query('SELECT sum(attempts)::integer AS made FROM account_usage')
    assert.deepEqual(count, { made: 12 })
  })

  test('attempts: what is claimed is as good as made, and a claim that is given back is not', async () => {
    const [first = 0, second = 0] = await queue(2)
    await set('attempts_per_day = 1')
    const [claimed] = await claim(0)
    assert.equal(claimed?.callId, first)
    assert.deepEqual(await claim(1), [])
    await store.db.execute(`UPDATE calls SET state = 'queued' WHERE call_id = $1`, [first])
    await store.db.execute('UPDATE calls SET due_at = $2 WHERE call_id = $1', [first, MIDNIGHT])
    assert.deepEqual(
      (await claim(1)).map(({ callId }) => callId),
      [second],
    )
  })

  test('nothing more is dialled until midnight there; why says so, and the calls stay queued', async () => {
    const [, , waiting = 0] = await queue(3)
    await set('attempts_per_day = 2')
    for (const one of await claim()) await finishAttempt(context(), await dial(one), BUSY)
    assert.deepEqual(await claim(1), [])
    const { summary, verdicts, nextDialAt, state } = await explain(waiting)
    const detail = 'the account has made 2 of 2 attempts a day since 2030-01-01T05:00:00.000Z'
    const said = verdicts.filter(({ allows, rule }) => !allows && rule !== 'lines')
    const refusal = { rule: 'attempts-per-day', allows: false, notBefore: MIDNIGHT, detail }
    assert.partialDeepStrictEqual(said, [refusal])
    assert.deepEqual([nextDialAt, state], [MIDNIGHT, 'queued'])
    assert.match(
      summary,
      /^It can be dialled at 2030-01-02T05:00:00.000Z: the account has made 2 of 2/,
    )
    now = new Date(MIDNIGHT.getTime() - 1000)
    assert.deepEqual(await claim(1), [])
    now = MIDNIGHT
    assert.equal((await claim(1)).length, 2, 'of a retry and two calls')
  })

  test('minutes: begun ones count when a call ends; calls in progress go on', async () => {
    await queue(5)
    await set('minutes_per_day = 3')
    const [one, other] = await claim(0, 2)
    assert.ok(one && other)
    const [talks, talksOn] = [await dial(one), await dial(other)]
    await finishAttempt(context(), talks, { ...ANSWERED, durationSeconds: 61 })
    const [third] = await claim(0, 1)
    assert.ok(third, 'two of three minutes are used')
    await finishAttempt(context(), await dial(third), BUSY)
    assert.equal((await claim(1, 1)).length, 1, 'nobody talked')
    assert.equal(
      await finishAttempt(context(), talksOn, { ...ANSWERED, durationSeconds: 600 }),
      'ended',
    )
    assert.deepEqual(await claim(1), [])
    const [row] = await store.db.query('SELECT sum(minutes)::integer AS sum FROM account_usage')
    assert.deepEqual(row, { sum: 12 })
    now = MIDNIGHT
    assert.equal((await claim(1)).length, 2)
  })

  test('an account without caps is not counted, and another’s cap is not its own', async () => {
    await queue(2)
    const [one] = await claim(0, 1)
    assert.ok(one)
    await finishAttempt(context(), await dial(one), ANSWERED)
    assert.deepEqual(await usage(), [])
    await store.db.execute(
      `INSERT INTO accounts (login, pin_hash, attempts_per_day) VALUES ('other', '', 1)`,
    )
    assert.equal((await claim(0)).length, 1)
  })

  test('what was used is forgotten when no day has it any more', async () => {
    await queue(1)
    await set('attempts_per_day = 9')
    for (const one of await claim()) await dial(one)
    const days = (count: number): Date => new Date(NOON.getTime() + count * 86_400_000)
    assert.equal(await pruneAccountUsage(store.db, days(2.9)), 0)
    assert.equal(await pruneAccountUsage(store.db, days(3.1)), 1)
  })
})
