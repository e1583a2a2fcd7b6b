import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFraction, seededRandom } from '#base'
import type { Outcome } from '#model'
import { addTestCampaign, endingOf } from '#test/campaign-fixture'
import { endOf, NOON, useStore } from '#test/store-fixture'
import { countCampaignCalls, type FinishedCall, finishCalls } from '../index.ts'

const OUTCOMES: readonly Outcome[] = ['answered', 'busy', 'no-answer', 'congestion', 'canceled']

describe('the counts of a campaign', { timeout: 60_000 }, () => {
  const fixture = useStore()

  const add = (name: string, calls: number) =>
    addTestCampaign(fixture.db, { accountId: fixture.accountId, name, calls, dueAt: NOON })

  /** What a look at every call says. */
  const counted = async (campaignId: number) => {
    const rows = await fixture.db.query<{ what: string; calls: number }>(
      `SELECT coalesce(outcome, CASE state WHEN 'queued' THEN state ELSE 'in progress' END) AS what,
         count(*) AS calls
       FROM calls WHERE campaign_id = $1 GROUP BY 1`,
      [campaignId],
    )
    const of = (what: string): number => rows.find((row) => row.what === what)?.calls ?? 0
    const ended = rows.filter(({ what }) => what !== 'queued' && what !== 'in progress')
    return {
      accepted: rows.reduce((sum, { calls }) => sum + calls, 0),
      queued: of('queued'),
      inProgress: of('in progress'),
      ended: Object.fromEntries(ended.map(({ what, calls }) => [what, calls])),
    }
  }

  it('are exact while many transactions end calls at once, and some of them fail', async () => {
    const campaigns = [await add('one', 150), await add('two', 90)]
    await fixture.queue()
    const random = seededRandom(7)
    const claims = await fixture.claim(200)
    const finishes = claims.map((claim): FinishedCall => {
      const outcome = OUTCOMES[Math.floor(randomFraction(random) * OUTCOMES.length)] ?? 'busy'
      return endOf(claim, endingOf(outcome))
    })
    const batches = Array.from({ length: 40 }, (_, at) => finishes.slice(at * 4, at * 4 + 4))
    const ends = await Promise.allSettled(
      batches.map((batch, at) =>
        fixture.db.transaction(async (tx) => {
          // In either order, so that two may want each other's rows.
          const rest = at % 2 === 0 ? batch : batch.toReversed()
          await finishCalls(tx, rest)
          if (at % 5 === 0) throw new Error('died')
        }),
      ),
    )
    const died = ends.filter(({ status }) => status === 'rejected')
    assert.equal(died.length, 8)
    for (const claim of claims.slice(160, 170)) assert.equal(await fixture.dial(claim), 1)
    for (const { campaignId } of campaigns) {
      const key = { accountId: fixture.accountId, campaignId }
      assert.deepEqual(await countCampaignCalls(fixture.db, key), await counted(campaignId))
    }
    const single = { accountId: fixture.accountId, campaignId: fixture.campaignId }
    assert.deepEqual(
      await countCampaignCalls(fixture.db, single),
      await counted(fixture.campaignId),
    )
  })

  it('count a call once, however often its end is written', async () => {
    const campaign = await add('one', 2)
    const [claim] = await fixture.claim(1)
    const finished = [endOf(claim ?? assert.fail('two are due'), endingOf('busy'))]
    assert.equal((await finishCalls(fixture.db, finished)).length, 1)
    assert.equal((await finishCalls(fixture.db, finished)).length, 0)
    assert.deepEqual(await countCampaignCalls(fixture.db, campaign), {
      ...{ accepted: 2, queued: 1, inProgress: 0 },
      ended: { busy: 1 },
    })
  })
})
