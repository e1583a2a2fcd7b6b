import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFraction, seededRandom } from '#base'
import type { AttemptEnding } from '#model'
import { addTestCampaign, type TestCampaign } from '#test/campaign-fixture'
import { ANSWERED, afterNoon, BUSY, endOf, NOON, useStore } from '#test/store-fixture'
import { until } from '#test/until'
import { type CountedCalls, countEndedCalls, endAttempts, finishCalls } from '../index.ts'

const ENDINGS: readonly AttemptEnding[] = [
  BUSY,
  ANSWERED,
  { ...ANSWERED, calleeType: 'answeringmachine', durationSeconds: 4 },
  { ...ANSWERED, durationSeconds: 300 },
  { ...BUSY, outcome: 'no-answer' },
]

describe('the statistics of ended calls', { timeout: 60_000 }, () => {
  const fixture = useStore()

  const add = (calls: number, name = 'one'): Promise<TestCampaign> =>
    addTestCampaign(fixture.db, { accountId: fixture.accountId, name, calls, dueAt: NOON })

  const count = (limit: number, now?: Date): Promise<CountedCalls | undefined> =>
    fixture.db.transaction((tx) => countEndedCalls(tx, { limit, ...(now && { now }) }))

  /** Dials so many calls and ends each in one of the ways, at times of its own; without `at`, now. */
  const end = async (calls: number, at?: (index: number) => Date): Promise<void> => {
    const random = seededRandom(calls)
    for (const [index, claim] of (await fixture.claim(calls)).entries()) {
      const ending = ENDINGS[Math.floor(randomFraction(random) * ENDINGS.length)] ?? BUSY
      const attempt = await fixture.dial(claim)
      await endAttempts(fixture.db, [{ claim, attempt, ending }], at?.(index))
      await finishCalls(fixture.db, [endOf(claim, ending)], at?.(index))
    }
  }

  /** What is in the tables, and what a look at every call says of each of them. */
  const tables = async () => {
    const [row] = await fixture.db.query<Record<'kept' | 'true', unknown>>(
      `SELECT jsonb_build_object(
         'buckets', (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.campaign_id, seconds, bucket, outcome)
           FROM call_statistics s),
         'totals', (SELECT jsonb_agg(to_jsonb(t)
           ORDER BY t.campaign_id, outcome, callee_type, duration_class) FROM call_totals t),
         'attempts', (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.campaign_id, outcome)
           FROM attempt_totals a)
       ) AS kept, jsonb_build_object(
         'buckets', (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.campaign_id, seconds, bucket, outcome)
           FROM (
             SELECT account_id, campaign_id, seconds, to_timestamp(floor(extract(epoch FROM ended_at)
               / seconds) * seconds)::timestamptz(3) AS bucket, outcome, count(*) AS calls
             FROM calls, unnest(ARRAY[300, 3600, 86400]) seconds WHERE state = 'ended'
             GROUP BY 1, 2, 3, 4, 5
           ) s),
         'totals', (SELECT jsonb_agg(to_jsonb(t)
           ORDER BY t.campaign_id, outcome, callee_type, duration_class)
           FROM (
             SELECT account_id, campaign_id, outcome, callee_type,
               CASE WHEN outcome <> 'answered' THEN 0 WHEN duration_seconds = 4 THEN 1
                 WHEN duration_seconds = 12 THEN 3 ELSE 8 END AS duration_class,
               count(*) AS calls, count(*) AS dialed, sum(duration_seconds) AS seconds
             FROM calls WHERE state = 'ended' GROUP BY 1, 2, 3, 4, 5
           ) t),
         'attempts', (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.campaign_id, outcome)
           FROM (
             SELECT account_id, campaign_id, outcome, count(*) AS attempts
             FROM calls WHERE state = 'ended' GROUP BY 1, 2, 3
           ) a)
       ) AS true`,
    )
    assert.ok(row)
    return row
  }

  it('are those that a look at every call gives, however the calls fall into batches', async () => {
    await add(40)
    await add(20, 'two')
    // Several of one instant, and hours apart.
    await end(50, (index) => afterNoon(Math.floor(index / 7) * 1111))
    for (let left = 50; left > 0; left -= 7) {
      const counted = Math.min(7, left)
      const more = counted === 7
      assert.deepEqual(await count(7, afterNoon(99_999)), { counted, more })
    }
    const { kept, true: looked } = await tables()
    assert.deepEqual(kept, looked)
    assert.deepEqual(await count(7, afterNoon(99_999)), { counted: 0, more: false })
    await end(10, () => afterNoon(200_000))
    assert.deepEqual(await count(50, afterNoon(200_000)), { counted: 0, more: false })
    assert.equal((await count(50, afterNoon(200_001)))?.counted, 10)
    const after = await tables()
    assert.deepEqual(after.kept, after.true)
  })

  it('count each call once where counters meet, and where they die in between', async () => {
    await add(120)
    await end(120, (index) => afterNoon(index * 7))
    const random = seededRandom(3)
    let counted = 0
    let passedOver = 0
    const counter = async (): Promise<void> => {
      for (let looks = 0; counted < 120; looks++) {
        assert.ok(looks < 5000, `${counted} of 120 were counted`)
        const dies = randomFraction(random) < 0.4
        const batch = await fixture.db
          .transaction(async (tx) => {
            const own = await countEndedCalls(tx, { limit: 5, now: afterNoon(9999) })
            if (dies) throw new Error('died')
            return own
          })
          .catch((error: Error) => assert.equal(error.message, 'died'))
        if (!dies && batch === undefined) passedOver++
        counted += batch?.counted ?? 0
      }
    }
    await Promise.all([counter(), counter(), counter()])
    assert.ok(passedOver > 0, 'they met')
    const { kept, true: looked } = await tables()
    assert.deepEqual(kept, looked)
  })

  it('miss no call that a transaction has yet to commit', async () => {
    await add(2)
    const [claim] = await fixture.claim(1)
    assert.ok(claim)
    const written = Promise.withResolvers<void>()
    const commit = Promise.withResolvers<void>()
    const slow = fixture.db.transaction(async (tx) => {
      await finishCalls(tx, [endOf(claim, BUSY)])
      written.resolve()
      await commit.promise
    })
    await written.promise
    await end(1)
    await until(async () => {
      const old = `ended_at < clock_timestamp() - interval '1 second'`
      return (await fixture.db.query(`SELECT FROM calls WHERE ${old}`)).length > 0
    })
    try {
      assert.equal((await count(10))?.counted, 0, 'the later one must wait for the earlier')
    } finally {
      commit.resolve()
    }
    await slow
    assert.equal((await count(10))?.counted, 2)
  })
})
