import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { VirtualClock } from '#base'
import { startSpacingMs } from '#model'
import { type Database, DueCursors, ensureDefaultCampaign, insertCalls } from '#store'
import { openTestCalls, type TestCalls } from '#test/calls-context'
import {
  addAccount,
  type ClaimOptions,
  type ClaimResult,
  claimCalls,
  describeCall,
  joinNodes,
} from './index.ts'

const NOON = new Date('2030-01-01T12:00:00Z')
const afterNoon = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000)

/** A list of one account, single or bulk. */
interface List {
  readonly accountId: number
  readonly campaignId: number
  readonly listId: number
}

describe('claimCalls', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let db: Database
  /** Two accounts' lists of single calls. */
  let one: List
  let two: List
  let n1: ClaimOptions['node']

  before(async () => {
    calls = await openTestCalls()
    db = calls.context.db
    await addAccount(calls.context, { login: 'second', pin: '1' })
    const accounts = await db.query<{ id: number }>('SELECT account_id AS id FROM accounts')
    const lists = await Promise.all(accounts.map(({ id }) => singleList(id)))
    one = lists[0] ?? assert.fail()
    two = lists[1] ?? assert.fail()
  })
  after(() => calls.close())
  beforeEach(async () => {
    await db.execute('TRUNCATE calls, attempts, results, pacing, nodes, do_not_call')
    await db.execute(`DELETE FROM call_lists WHERE kind = 'bulk'`)
    await db.execute('UPDATE installation SET held = false')
    await db.execute('UPDATE accounts SET held = false, serializes_numbers = true, lines = NULL')
    calls.setNow(NOON)
    n1 = { nodeId: 'n1', incarnation: (await joinNodes(calls.context, 'n1')).incarnation }
  })

  async function singleList(accountId: number): Promise<List> {
    const campaignId = await ensureDefaultCampaign(db, accountId)
    return { accountId, campaignId, listId: await listOf(campaignId) }
  }

  async function listOf(campaignId: number): Promise<number> {
    const [list] = await db.query<{ id: number }>(
      'SELECT list_id AS id FROM call_lists WHERE campaign_id = $1',
      [campaignId],
    )
    return list?.id ?? assert.fail()
  }

  async function bulkList(accountId: number, name: string): Promise<List> {
    const [made] = await db.query<{ campaignId: number; listId: number }>(
      `WITH c AS (
         INSERT INTO campaigns (account_id, name) VALUES ($1, $2)
         ON CONFLICT (account_id, name) DO UPDATE SET state = 'queued', began_at = NULL
         RETURNING campaign_id
       )
       INSERT INTO call_lists (account_id, campaign_id, kind, state)
       SELECT $1, campaign_id, 'bulk', 'complete' FROM c
       RETURNING campaign_id AS "campaignId", list_id AS "listId"`,
      [accountId, name],
    )
    return { accountId, ...(made ?? assert.fail()) }
  }

  let number = 0
  /** Queues so many calls, each to a number of its own, due one second after the other until noon. */
  async function queue(list: List, count = 1, changes: { dueAt?: Date } = {}): Promise<number[]> {
    const ids: number[] = []
    for (let i = 0; i < count; i++) {
      ids.push(
        ...(await insertCalls(db, [
          {
            accountId: list.accountId,
            campaignId: (await singleList(list.accountId)).campaignId,
            phoneNumber: '6177123000',
            destination: `+1617${String(7_000_000 + number++)}`,
            startUrl: 'https://example.org/start',
            messageReference: '',
            callParameters: '',
            maxRetries: 0,
            retryIntervalSeconds: 60,
            scheduledAt: changes.dueAt ?? afterNoon(i - count),
          },
        ])),
      )
    }
    await db.execute(
      'UPDATE calls SET list_id = $2, campaign_id = $3 WHERE call_id = ANY ($1::integer[])',
      [ids, list.listId, list.campaignId],
    )
    return ids
  }

  function claim(changes: Partial<ClaimOptions> = {}): Promise<ClaimResult> {
    return claimCalls(calls.context, {
      node: n1,
      installation: {},
      trunks: new Map([['a', {}]]),
      trunksFor: () => ['a'],
      atMost: 100,
      leadMs: 0,
      cursors: new DueCursors(new VirtualClock()),
      ...changes,
    })
  }

  async function claimedIds(changes: Partial<ClaimOptions> = {}): Promise<number[]> {
    return (await claim(changes)).calls.map(({ claim: { callId } }) => callId)
  }

  it('gives nodes that claim at once no more together than the limits allow', async () => {
    await queue(one, 12)
    const n2 = { nodeId: 'n2', incarnation: (await joinNodes(calls.context, 'n2')).incarnation }
    const installation = { lines: 5, callsPerSecond: 100 }
    const both = await Promise.all(
      [n1, n2, n1, n2].map((node) => claim({ node, installation, atMost: 2 })),
    )
    const scheduled = both.flatMap((result) => result.calls)
    assert.equal(new Set(scheduled.map(({ claim: { callId } }) => callId)).size, 5)
    const times = scheduled.map(({ startAt }) => startAt).sort((a, b) => a - b)
    for (const [index, time] of times.slice(1).entries()) {
      assert.ok(time - (times[index] ?? 0) > startSpacingMs(100) - 0.01)
    }
    assert.deepEqual(await claimedIds({ installation }), [])
  })

  it('claims first due first, and tells the trunk, the time, and that there may be more', async () => {
    const [first, second] = await queue(one, 3)
    const { calls: scheduled, more } = await claim({ atMost: 2, leadMs: 30 })
    assert.deepEqual(
      scheduled.map(({ claim: { callId, nodeId, claimEpoch }, trunk, startAt }) => {
        return { callId, nodeId, claimEpoch, trunk, startAt }
      }),
      [first, second].map((callId) => {
        const startAt = NOON.getTime() + 30
        return { callId, nodeId: 'n1', claimEpoch: 1, trunk: 'a', startAt }
      }),
    )
    assert.equal(more, true)
  })

  it('sends calls by the trunks they may take, as far as those have lines', async () => {
    const ids = await queue(one, 4)
    const trunks = new Map([
      ['a', { lines: 1 }],
      ['b', { lines: 1 }],
    ])
    const trunksFor: ClaimOptions['trunksFor'] = ({ callId }) => (callId === ids[3] ? ['b'] : ['a'])
    assert.deepEqual(await claimedIds({ trunks, trunksFor }), [ids[0], ids[3]])
  })

  it('lets no account’s many calls keep another’s away, and single calls go first', async () => {
    const bulk = await bulkList(one.accountId, 'many')
    await queue(bulk, 50)
    const other = await queue(await bulkList(two.accountId, 'few'), 2)
    const [single] = await queue(one, 1)
    const ids: number[] = []
    const installation = { lines: 5 }
    for (let more = true; more; ) {
      const claimed = await claim({ installation })
      ids.push(...claimed.calls.map(({ claim: { callId } }) => callId))
      more = claimed.more
    }
    assert.equal(ids.length, 5)
    assert.equal(ids[0], single)
    assert.ok(other.every((callId) => ids.includes(callId)))
  })

  it('begins the campaign of the first call that gets a line', async () => {
    const bulk = await bulkList(one.accountId, 'begins')
    await queue(bulk, 2)
    assert.equal((await claimedIds({ atMost: 1 })).length, 1)
    const [campaign] = await db.query(
      'SELECT state, began_at FROM campaigns WHERE campaign_id = $1',
      [bulk.campaignId],
    )
    assert.deepEqual(campaign, { state: 'running', began_at: NOON })
  })

  it('gives nothing of what is held, paused, or still being imported', async () => {
    const bulk = await bulkList(one.accountId, 'stopped')
    await queue(bulk, 1)
    const stopped = [
      ['UPDATE installation SET held = true', 'UPDATE installation SET held = false'],
      ['UPDATE accounts SET held = true', 'UPDATE accounts SET held = false'],
      [`UPDATE campaigns SET state = 'paused'`, `UPDATE campaigns SET state = 'running'`],
      [`UPDATE call_lists SET state = 'importing'`, `UPDATE call_lists SET state = 'complete'`],
    ] as const
    for (const [stop, goOn] of stopped) {
      await db.execute(stop)
      assert.deepEqual(await claimedIds(), [], stop)
      await db.execute(goOn)
    }
    assert.equal((await claimedIds()).length, 1)
  })

  it('puts a call off whose number is in use, in the same claim as well', async () => {
    const ids = await queue(one, 3)
    await db.execute(`UPDATE calls SET destination = '+16177123000' WHERE call_id <> $1`, [ids[1]])
    assert.deepEqual(await claimedIds(), [ids[0], ids[1]])
    calls.setNow(afterNoon(1))
    assert.deepEqual(await claimedIds(), [])
    await db.execute(`UPDATE calls SET state = 'queued', due_at = $1 WHERE call_id = $2`, [
      afterNoon(60),
      ids[0],
    ])
    calls.setNow(afterNoon(2))
    assert.deepEqual(await claimedIds(), [ids[2]])
  })

  it('asks the rules before a line is given, and keeps their answer', async () => {
    const [refused, allowed] = await queue(one, 2)
    await db.execute(
      `INSERT INTO do_not_call (account_id, destination)
       SELECT account_id, destination FROM calls WHERE call_id = $1`,
      [refused],
    )
    assert.deepEqual(await claimedIds({ installation: { lines: 1 } }), [allowed])
    assert.equal((await describeCall(calls.context, refused ?? 0))?.outcome, 'do-not-call')
    const rows = await db.query('SELECT decided_at, verdicts FROM calls WHERE call_id = $1', [
      allowed,
    ])
    assert.partialDeepStrictEqual(rows, [
      { decided_at: NOON, verdicts: [{ rule: 'do-not-call', allows: true }] },
    ])
  })

  it('ends a queued call whose destination is not allowed any more', async () => {
    const [refused, allowed] = await queue(one, 2)
    await db.execute(`UPDATE calls SET destination = '+442079460000' WHERE call_id = $1`, [refused])
    await db.execute(`UPDATE accounts SET destinations = '["US"]'`)
    assert.deepEqual(await claimedIds({ installation: { lines: 1 } }), [allowed])
    await db.execute('UPDATE accounts SET destinations = NULL')
    const ended = await describeCall(calls.context, refused ?? 0)
    assert.partialDeepStrictEqual(ended, {
      ...{ state: 'ended', outcome: 'destination-not-allowed', attempts: [] },
      cause: 'the account may not call numbers that are under none of its destinations',
    })
  })

  it('leaves a call to its calling hours, and gives it a line when they open', async () => {
    // Noon UTC is 07:00 in Boston.
    const window = JSON.stringify({ tue: ['09:00-17:00'] })
    await db.execute('UPDATE accounts SET calling_window = $1', [window])
    const [boston] = await queue(one, 1)
    const [berlin] = await queue(one, 1)
    await db.execute(`UPDATE calls SET destination = '+4930123456' WHERE call_id = $1`, [berlin])
    assert.deepEqual(await claimedIds(), [berlin])
    const nine = afterNoon(2 * 3600)
    calls.setNow(new Date(nine.getTime() - 1))
    assert.deepEqual(await claimedIds(), [])
    calls.setNow(nine)
    assert.deepEqual(await claimedIds(), [boston])
    await db.execute('UPDATE accounts SET calling_window = NULL')
  })

  it('runs one call to a number at a time where a gap is set, also without being told to', async () => {
    await db.execute('UPDATE accounts SET serializes_numbers = false, number_gap_seconds = 60')
    const [first, second] = await queue(one, 2)
    await db.execute(`UPDATE calls SET destination = '+16177123000'`)
    assert.deepEqual(await claimedIds(), [first])
    calls.setNow(afterNoon(5))
    assert.deepEqual(await claimedIds(), [])
    assert.equal((await describeCall(calls.context, second ?? 0))?.state, 'queued')
    await db.execute('UPDATE accounts SET number_gap_seconds = 0')
  })

  it('tells when the next call is due, or the next start is free', async () => {
    assert.equal((await claim()).againAt, undefined)
    await queue(one, 1, { dueAt: afterNoon(70) })
    await queue(two, 1, { dueAt: afterNoon(60) })
    assert.equal((await claim()).againAt, afterNoon(60).getTime())
    await queue(one, 2)
    const installation = { callsPerSecond: 1 }
    const { calls: scheduled, againAt = 0 } = await claim({ installation })
    assert.equal(scheduled.length, 1)
    assert.ok(againAt > NOON.getTime() && againAt < NOON.getTime() + startSpacingMs(1))
  })

  it('gives nothing to a node that was taken over, or started again elsewhere', async () => {
    await queue(one, 1)
    const old = n1
    n1 = { nodeId: 'n1', incarnation: (await joinNodes(calls.context, 'n1')).incarnation }
    assert.deepEqual(await claimedIds({ node: old }), [])
    await db.execute('UPDATE nodes SET live = false')
    assert.deepEqual(await claimedIds(), [])
  })

  it('begins where the last claim ended, and at the heads of the lists now and then', async () => {
    const clock = new VirtualClock()
    const cursors = new DueCursors(clock)
    const next = (atMost: number): Promise<number[]> => claimedIds({ cursors, atMost })
    const ids = await queue(one, 20)
    assert.deepEqual(await next(2), ids.slice(0, 2))
    await db.execute(`UPDATE calls SET state = 'queued', node_id = NULL`)
    assert.deepEqual(await next(2), ids.slice(2, 4), 'the first two lie behind the cursor')
    await clock.advance(5000)
    assert.deepEqual(await next(2), ids.slice(0, 2))
  })
})
