import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { findAccount } from './find-account.ts'
import { type CampaignPreview, type PreviewCampaign, previewCampaign } from './preview-campaign.ts'
import { addProfile } from './profiles.ts'
import type { ListRow } from './read-list-row.ts'
import type { PhoneList } from './write-list.ts'

/** 09:00 in Boston, a Thursday. */
const START = new Date('2026-11-26T14:00:00Z')
let calls: TestCalls

before(async () => {
  calls = await openTestCalls()
  calls.setNow(START)
})
after(() => calls.close())

async function* listOf(rows: readonly Omit<ListRow, 'line'>[]): PhoneList {
  yield rows.map((row, index) => ({ line: index + 2, ...row }))
}

async function preview(
  rows: readonly Omit<ListRow, 'line'>[],
  changes: Partial<PreviewCampaign> = {},
): Promise<CampaignPreview> {
  return previewCampaign(
    calls.context,
    {
      account: await findAccount(calls.context, TEST_LOGIN.login),
      scheduled: {},
      expiration: {},
      fields: {},
      rates: { answered: 1, talkSeconds: 50, ringSeconds: 10 },
      seed: '1',
      duplicates: 'keep',
      onError: 'skip',
      ...changes,
    },
    listOf(rows),
  )
}

const numbers = (count: number): { destination: string }[] =>
  Array.from({ length: count }, (_, index) => ({ destination: `617${2_000_000 + index}` }))

test('tells who is refused, repeated, and never dialled, and when the rest would be', async () => {
  const { db } = calls.context
  const { accountId } = await findAccount(calls.context, TEST_LOGIN.login)
  await db.execute('INSERT INTO do_not_call (account_id, destination) VALUES ($1, $2)', [
    accountId,
    '+16172000001',
  ])
  const told = await preview(
    [...numbers(10), { destination: '12' }, { destination: '6172000003' }],
    {
      fields: { lines: 1, calling_window: 'mon-fri 09:00-09:05' },
      duplicates: 'drop',
    },
  )
  assert.deepEqual([told.accepted, told.refused, told.duplicates], [10, 1, 1])
  assert.deepEqual(
    told.refusedRows.map(({ code }) => code),
    ['invalid-phone-number', 'duplicate-number'],
  )
  assert.deepEqual(told.suppressed, { 'do-not-call': 1 })
  assert.deepEqual(told.outcomes, { 'do-not-call': 1, answered: 9 })
  assert.ok((told.putOff['calling-window'] ?? 0) >= 1)
  assert.ok(told.finishedAt !== undefined && told.finishedAt > new Date('2026-11-27T14:00:00Z'))
  assert.deepEqual([told.linesPeak, told.unfinished], [1, 0])
})

test('begins when it is scheduled, and expires when it is told to', async () => {
  const told = await preview(numbers(50), {
    scheduled: { text: '+2 hours' },
    fields: { lines: 1, expiration_time: '+121 minutes' },
  })
  assert.deepEqual(told.startsAt, new Date('2026-11-26T16:00:00Z'))
  assert.equal(told.hours[0]?.at.toISOString(), '2026-11-26T16:00:00.000Z')
  assert.ok((told.suppressed.expired ?? 0) >= 1)
})

test('knows the hours, the holidays and the lines of the profiles that the settings name', async () => {
  const { accountId } = await findAccount(calls.context, TEST_LOGIN.login)
  const office = { calling_window: 'thu-fri 09:00-17:00', holidays: { US: ['11-26'] } }
  const profile = { accountId, kind: 'schedule', name: 'office', fields: office } as const
  await addProfile(calls.context, profile)
  const slow = { accountId, kind: 'pacing_profile', name: 'slow', fields: { lines: 2 } } as const
  await addProfile(calls.context, slow)
  const told = await preview(numbers(6), { fields: { schedule: 'office', pacing_profile: 'slow' } })
  assert.equal(told.linesPeak, 2)
  assert.equal(told.hours[0]?.at.toISOString(), '2026-11-27T14:00:00.000Z')
})

test('dials and writes nothing, and gives the same for the same seed', async () => {
  const rates = { answered: 0.4 }
  const fields = { max_retries: 2, calls_per_second: 2 }
  const [one, same, other] = [
    await preview(numbers(200), { rates, fields }),
    await preview(numbers(200), { rates, fields }),
    await preview(numbers(200), { rates, fields, seed: '2' }),
  ]
  assert.deepEqual(one, same)
  assert.notDeepEqual(one, other)
  const [count] = await calls.context.db.query('SELECT count(*)::integer AS calls FROM calls')
  assert.deepEqual(count, { calls: 0 })
})

test('refuses settings that an edit would refuse, and rates that cannot be', async () => {
  await assert.rejects(preview(numbers(1), { fields: { lines: 0 } }), { field: 'lines' })
  await assert.rejects(preview(numbers(1), { rates: { busy: 2 } }), { code: 'rule-invalid' })
  await assert.rejects(preview([]), { code: 'list-empty' })
})

test('learns the rates from the account’s attempts, once there are enough', async () => {
  const { db } = calls.context
  assert.equal((await preview(numbers(1))).ratesLearntFrom, 0)
  const { accountId } = await findAccount(calls.context, TEST_LOGIN.login)
  await db.execute(
    `INSERT INTO attempts (account_id, call_id, attempt, node_id, incarnation, claim_epoch, state, trunk,
       invite, dialed_at, answered_at, ended_at, outcome, callee_type, duration_seconds)
     SELECT $1, n, 1, 'n', 1, 1, 'ended', 't', '{}', now(),
       CASE WHEN n % 4 = 0 THEN now() + interval '7 seconds' END, now() + interval '37 seconds',
       CASE WHEN n % 4 = 0 THEN 'answered' ELSE 'busy' END, CASE WHEN n % 8 = 0 THEN 'answeringmachine' END,
       CASE WHEN n % 4 = 0 THEN 30 ELSE 0 END
     FROM generate_series(1, 400) n`,
    [accountId],
  )
  const { rates, ratesLearntFrom } = await preview(numbers(1), { rates: undefined })
  assert.equal(ratesLearntFrom, 400)
  assert.deepEqual(rates, {
    shares: { answered: 0.125, machine: 0.125, busy: 0.75 },
    ringSeconds: 7,
    talkSeconds: 30,
  })
})
