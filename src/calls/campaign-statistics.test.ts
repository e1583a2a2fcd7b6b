import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import {
  addAccount,
  campaignStatistics,
  changeCampaign,
  countEndedCalls,
  editCampaign,
  findAccount,
  holdAccount,
  removeEndedCalls,
} from '#calls'
import type { AttemptEnding } from '#model'
import { endAttempts, finishCalls, insertAttempt } from '#store'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { addTestCampaign, claimForTest, type TestCampaign } from '#test/campaign-fixture'
import { ANSWERED, BUSY, endOf, INVITE } from '#test/store-fixture'

/** A Tuesday. */
const NOON = new Date('2030-01-01T12:07:30Z')
const later = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000)

describe('the statistics of a campaign', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let accountId = 0
  let campaign: TestCampaign
  let made = 0
  before(async () => {
    calls = await openTestCalls()
    await addAccount(calls.context, { login: 'other', pin: '1' })
    accountId = (await findAccount(calls.context, TEST_LOGIN.login)).accountId
  })
  after(() => calls.close())
  beforeEach(async () => {
    calls.setNow(NOON)
    const { db } = calls.context
    // What ends in the past, as here, has been counted in life.
    await db.execute('UPDATE statistics_place SET ended_at = to_timestamp(0), call_id = 0')
    await db.execute('TRUNCATE calls, attempts, call_statistics, call_totals, attempt_totals')
    campaign = await add(20)
  })

  const add = (size: number): Promise<TestCampaign> =>
    addTestCampaign(calls.context.db, {
      ...{ accountId, name: `c${++made}`, calls: size, dueAt: later(-600) },
      destination: (index) =>
        `+1617${made}${String(index)
          .padStart(6, '0')
          .slice(String(made).length - 1)}`,
    })

  const told = (asked = campaign) => campaignStatistics(calls.context, asked)

  /** Ends one call for each: when, and how each of its attempts ended. */
  const end = async (
    ends: readonly (readonly [number, ...AttemptEnding[]])[],
    { counted = true } = {},
  ): Promise<void> => {
    const { db } = calls.context
    await db.execute(`UPDATE calls SET state = 'queued' WHERE state = 'claimed'`)
    const claims = await claimForTest(db, 500, NOON)
    const own = claims.filter(({ campaignId }) => campaignId === campaign.campaignId)
    for (const [index, [at, ...endings]] of ends.entries()) {
      const claim = own[index] ?? assert.fail('enough are due')
      for (const [before, ending] of endings.entries()) {
        const attempt = before + 1
        const dial = { claim: { ...claim, attempts: before }, attempt, trunk: 't', invite: INVITE }
        await insertAttempt(db, { ...dial, now: later(at) })
        await endAttempts(db, [{ claim, attempt, ending }], later(at))
        if (attempt < endings.length) {
          await db.execute(`UPDATE calls SET state = 'claimed' WHERE call_id = $1`, [claim.callId])
        }
      }
      await finishCalls(db, [endOf(claim, endings.at(-1) ?? EXPIRED)], later(at))
    }
    const left = own.slice(ends.length).map(({ callId }) => callId)
    await db.execute(`UPDATE calls SET state = 'queued' WHERE call_id = ANY($1)`, [left])
    if (counted) await countEndedCalls(calls.context)
  }

  it('tell outcomes, attempts, answers, callee types and durations', async () => {
    await end([
      [-400, BUSY, ANSWERED],
      [-300, BUSY, BUSY, BUSY],
      [-100, { ...ANSWERED, durationSeconds: 4, calleeType: 'answeringmachine' }],
      [-10, { ...ANSWERED, durationSeconds: 16 }],
      [-1],
    ])
    const own = await told()
    assert.deepEqual(own.progress, {
      ...{ accepted: 20, queued: 15, inProgress: 0 },
      ended: { answered: 3, busy: 1, expired: 1 },
    })
    assert.equal(own.asOf.getTime(), NOON.getTime())
    assert.deepEqual([own.dialed, own.connected], [4, 3])
    assert.deepEqual(own.calleeTypes, { voice: 2, answeringmachine: 1 })
    assert.deepEqual(own.attempts, { answered: 3, busy: 4 })
    assert.deepEqual(own.durations, [1, 0, 2, 0, 0, 0, 0, 0])
    assert.equal(own.medianSeconds, 12.5)
    assert.equal(Number(own.averageSeconds).toFixed(2), '10.67')
    assert.deepEqual(own.series, {
      seconds: 300,
      buckets: [
        { at: new Date('2030-01-01T12:00:00Z'), calls: { answered: 1, busy: 1 } },
        { at: new Date('2030-01-01T12:05:00Z'), calls: { answered: 2, expired: 1 } },
      ],
    })
  })

  it('stay when the calls are removed, and none is removed before it is counted', async () => {
    await end(
      [
        [-86_400 * 3, BUSY],
        [-86_400 * 2, ANSWERED],
      ],
      { counted: false },
    )
    assert.equal((await told()).dialed, 0)
    assert.equal(await removeEndedCalls(calls.context, 1), 2)
    const own = await told()
    assert.deepEqual([own.dialed, own.connected], [2, 1])
    assert.deepEqual(own.attempts, { answered: 1, busy: 1 })
    assert.deepEqual(own.progress.ended, { answered: 1, busy: 1 })
  })

  it('coarsen their stretches, so that a page has some sixty', async () => {
    const hours = [0, 1, 5.1, 59, 61, 24 * 20, 24 * 400]
    await end(hours.map((hour) => [-3600 * hour - 1, BUSY]))
    const { series } = await told()
    assert.equal(series.seconds, 7 * 86_400)
    assert.ok(series.buckets.length <= 61, `${series.buckets.length} stretches`)
    const sum = series.buckets.reduce((total, { calls: { busy = 0 } }) => total + busy, 0)
    assert.equal(sum, hours.length)
  })

  it('begin their stretches at multiples of their length', async () => {
    await end([0, 5.1, 20].map((hour) => [-3600 * hour - 1, BUSY]))
    const { series } = await told()
    assert.equal(series.seconds, 1800)
    assert.deepEqual(
      series.buckets.flatMap(({ at, calls: { busy } }) => (busy ? [at.toISOString()] : [])),
      ['2029-12-31T16:00:00.000Z', '2030-01-01T07:00:00.000Z', '2030-01-01T12:00:00.000Z'],
    )
  })

  it('reckon the finish from the last minutes, or say why they cannot', async () => {
    assert.equal((await told()).finish, 'nothing-ended')
    // Five in the 12.5 minutes since 11:55; one before does not count.
    await end([-700, -600, -500, -60, -1, -1000].map((at) => [at, BUSY]))
    const own = await told()
    assert.equal(own.callsPerMinute, 0.4)
    assert.equal((own.finish as Date).toISOString(), later((14 / 0.4) * 60).toISOString())
    const { context } = calls
    const key = { accountId, campaignId: campaign.campaignId }
    const fields = { calling_window: { mon: ['09:00-17:00'] } }
    await editCampaign(context, { ...key, fields })
    const closed = await told()
    assert.equal(closed.finish, 'outside-hours')
    assert.equal(closed.nextDialAt?.toISOString().slice(0, 11), '2030-01-07T')
    await editCampaign(context, { ...key, fields: { calling_window: null } })
    await holdAccount(context, { accountId, held: true })
    assert.equal((await told()).finish, 'held')
    await holdAccount(context, { accountId, held: false })
    await changeCampaign(context, key, 'pause')
    assert.equal((await told()).finish, 'paused')
    await changeCampaign(context, key, 'resume')
    await context.db.execute('UPDATE calls SET due_at = $1 WHERE state = $2', [
      later(3600),
      'queued',
    ])
    assert.equal(
      ((await told()).finish as Date).toISOString(),
      later(3600 + (14 / 0.4) * 60).toISOString(),
    )
    calls.setNow(later(1800))
    await countEndedCalls(context)
    assert.equal((await told()).finish, 'not-due')
    await changeCampaign(context, key, 'cancel')
    assert.equal((await told()).finish, 'canceled')
  })

  it('are nobody else’s', async () => {
    const { accountId: otherId } = await findAccount(calls.context, 'other')
    await assert.rejects(told({ ...campaign, accountId: otherId }), { code: 'campaign-not-found' })
  })
})

const EXPIRED: AttemptEnding = { ...BUSY, outcome: 'expired', cause: 'expired' }
