import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { OutdialError } from '#base'
import type { ClaimedCall } from '#model'
import {
  type ClaimedResult,
  claimDueResults,
  ensureDefaultCampaign,
  insertAccount,
  insertCalls,
  listCancelRequests,
  requestCancels,
} from '#store'
import { openTestCalls, type TestCalls } from '#test/calls-context'
import { addTestCampaign, claimForTest, endingOf, type TestCampaign } from '#test/campaign-fixture'
import {
  beginAttempt,
  type CampaignRequest,
  cancelCall,
  cancelPending,
  changeCampaign,
  completeCampaigns,
  describeCall,
  describeCampaign,
  editCampaign,
  expireCampaigns,
  finishAttempt,
  holdAccount,
  holdInstallation,
  noteAnswered,
  releaseLostCalls,
  removeEndedCalls,
  settleLists,
} from './index.ts'

const START = new Date('2026-11-23T12:00:00Z')
const later = (seconds: number): Date => new Date(START.getTime() + seconds * 1000)
const RESULT_URL = 'http://127.0.0.1:1/result'
const INTENT = { trunk: 'main', invite: { callId: 'x' } }

describe('campaigns', { timeout: 120_000 }, () => {
  let calls: TestCalls
  let accountId = 0
  let logins = 0

  before(async () => {
    calls = await openTestCalls()
  })
  after(() => calls.close())
  beforeEach(async () => {
    calls.setNow(START)
    const account = { login: `a${++logins}`, pinHash: 'none' }
    accountId = (await insertAccount(calls.context.db, account))?.accountId ?? 0
  })

  const campaignOf = (count: number): Promise<TestCampaign> =>
    addTestCampaign(calls.context.db, {
      ...{ accountId, name: 'c', calls: count, dueAt: START, resultUrl: RESULT_URL },
    })
  const claim = (limit = 1, now = START): Promise<ClaimedCall[]> =>
    claimForTest(calls.context.db, limit, now)
  const claimOne = async (): Promise<ClaimedCall> => (await claim())[0] ?? assert.fail('none due')
  const dial = (call: ClaimedCall) => beginAttempt(calls.context, call, INTENT)
  const change = (campaign: TestCampaign, kind: CampaignRequest) =>
    changeCampaign(calls.context, campaign, kind)
  const progressOf = async (campaign: TestCampaign) =>
    (await describeCampaign(calls.context, campaign)).progress
  const stateOf = async (callId: number) => (await describeCall(calls.context, callId))?.state
  /** Ends what the test has left, so that the next one claims nothing of it. */
  const clear = async (): Promise<void> => {
    await cancelPending(calls.context, { accountId })
    while ((await settleLists(calls.context)) > 0);
  }
  const resultsOf = async (): Promise<Map<number, URLSearchParams>> => {
    const due = { limit: 5000, leaseSeconds: 1, now: later(1e6) }
    const results: ClaimedResult[] = []
    for (let found = 1; found > 0; ) {
      const more = await claimDueResults(calls.context.db, due)
      results.push(...more)
      found = more.length
    }
    const mine = results.filter((result) => result.accountId === accountId)
    return new Map(mine.map(({ callId, body }) => [callId, new URLSearchParams(body)]))
  }

  it('dials nothing more of what had a line when it was paused, or its account or all was held', async () => {
    const { context } = calls
    const campaign = await campaignOf(3)
    const holds: readonly (readonly [() => Promise<unknown>, () => Promise<unknown>])[] = [
      [() => change(campaign, 'pause'), () => change(campaign, 'resume')],
      [
        () => holdAccount(context, { accountId, held: true }),
        () => holdAccount(context, { accountId, held: false }),
      ],
      [() => holdInstallation(context, true), () => holdInstallation(context, false)],
    ]
    for (const [hold, resume] of holds) {
      const claimed = await claimOne()
      await hold()
      await assert.rejects(dial(claimed), { code: 'claim-lost' })
      const call = await describeCall(context, claimed.callId)
      assert.deepEqual([call?.state, call?.attempts.length], ['queued', 0])
      await resume()
    }
    await clear()
  })

  it('lets an attempt in progress go on through a pause', async () => {
    const campaign = await campaignOf(1)
    const attempt = await dial(await claimOne())
    assert.equal((await change(campaign, 'pause')).state, 'paused')
    await noteAnswered(calls.context, attempt, {})
    assert.equal(await finishAttempt(calls.context, attempt, endingOf('answered')), 'ended')
    assert.equal((await progressOf(campaign)).ended.answered, 1)
  })

  it('answers the same to the same request, and refuses what cannot be', async () => {
    const campaign = await campaignOf(1)
    for (const kind of ['pause', 'resume', 'drain', 'cancel'] as const) {
      const first = await change(campaign, kind)
      assert.deepEqual(await change(campaign, kind), first, kind)
    }
    for (const kind of ['pause', 'resume', 'drain'] as const) {
      await assert.rejects(change(campaign, kind), { code: 'campaign-ended' })
    }
    const other = { ...campaign, accountId: accountId - 1 }
    await assert.rejects(change(other, 'cancel'), { code: 'campaign-not-found' })
    await clear()
  })

  it('cancels a call that waits or has a line at once, with its result', async () => {
    const { context } = calls
    await campaignOf(2)
    const claimed = await claimOne()
    const waiting = claimed.callId + 1
    for (const callId of [claimed.callId, waiting]) {
      const call = await cancelCall(context, { callId, accountId })
      assert.deepEqual([call.state, call.outcome], ['ended', 'canceled'])
      await cancelCall(context, { callId, accountId })
    }
    await assert.rejects(dial(claimed), { code: 'claim-lost' })
    assert.deepEqual(await claim(9), [])
    const results = await resultsOf()
    assert.deepEqual([...results.keys()].sort(), [claimed.callId, waiting])
    for (const form of results.values()) {
      assert.deepEqual([form.get('result'), form.get('attempts')], ['canceled', '0'])
    }
  })

  it('has a dialled call ended by its node, and makes no other attempt, however it ends', async () => {
    const { context } = calls
    const { callIds } = await campaignOf(1)
    const [callId = 0] = callIds
    const attempt = await dial(await claimOne())
    assert.equal((await cancelCall(context, { callId })).state, 'dialing')
    const asked = await listCancelRequests(context.db, 'n1')
    assert.deepEqual(asked, [{ callId, cancel: 'ringing' }])
    assert.equal(await finishAttempt(context, attempt, endingOf('busy')), 'ended')
    assert.equal((await describeCall(context, callId))?.outcome, 'canceled')
    assert.equal((await resultsOf()).get(callId)?.get('attempts'), '1')
  })

  it('never dials a call that was to be canceled when its attempt was withdrawn', async () => {
    const { context } = calls
    await campaignOf(1)
    const { callId } = (await dial(await claimOne())).claim
    await requestCancels(context.db, { callId }, 'ringing')
    const node = { nodeId: 'n1', incarnation: 0, inHand: [] }
    assert.equal((await releaseLostCalls(context, node)).released, 1)
    assert.deepEqual(await claim(), [])
    assert.equal(await settleLists(context), 1)
    const call = await describeCall(context, callId)
    assert.deepEqual([call?.outcome, call?.attempts.length], ['canceled', 0])
  })

  it('hangs up a connected call only where that is asked for, and no call that has ended', async () => {
    const { context } = calls
    await campaignOf(1)
    const attempt = await dial(await claimOne())
    const { callId } = attempt.claim
    await noteAnswered(context, attempt, {})
    await assert.rejects(cancelCall(context, { callId }), { code: 'call-connected' })
    assert.deepEqual(await listCancelRequests(context.db, 'n1'), [])
    await cancelCall(context, { callId, hangUp: true })
    const asked = await listCancelRequests(context.db, 'n1')
    assert.deepEqual(asked, [{ callId, cancel: 'connected' }])
    await finishAttempt(context, attempt, endingOf('answered'))
    await assert.rejects(cancelCall(context, { callId }), { code: 'call-ended' })
    await assert.rejects(cancelCall(context, { callId, accountId: 1e6 }), {
      code: 'call-not-found',
    })
  })

  it('concludes all that waits in a canceled campaign, batch by batch, each with its result', async () => {
    const { context } = calls
    const campaign = await campaignOf(2600)
    const [dialled, claimed] = await claim(2)
    const attempt = await dial(dialled ?? assert.fail('two are due'))
    assert.equal((await change(campaign, 'cancel')).state, 'canceled')
    await assert.rejects(dial(claimed ?? assert.fail('two are due')), { code: 'claim-lost' })
    assert.deepEqual(await listCancelRequests(context.db, 'n1'), [
      { callId: attempt.claim.callId, cancel: 'ringing' },
    ])
    assert.equal(await settleLists(context), 2000, 'a part, and the rest when it is next looked')
    assert.deepEqual(await progressOf(campaign), {
      ...{ accepted: 2600, queued: 599, inProgress: 1 },
      ended: { canceled: 2000 },
    })
    // Two nodes go on where the first one was interrupted.
    await Promise.all([settleLists(context), settleLists(context)])
    await completeCampaigns(context)
    assert.equal((await describeCampaign(context, campaign)).endedAt, undefined, 'one call rings')
    await finishAttempt(context, attempt, endingOf('canceled'))
    await completeCampaigns(context)
    const { endedAt, state, progress } = await describeCampaign(context, campaign)
    assert.deepEqual([endedAt, state, progress.ended], [START, 'canceled', { canceled: 2600 }])
    assert.equal((await resultsOf()).size, 2600)
  })

  it('cancels all that is pending of an account and goes on to take calls', async () => {
    const { context } = calls
    const campaign = await campaignOf(5)
    const newCall = {
      ...{ accountId, campaignId: campaign.campaignId, phoneNumber: '6177123000' },
      ...{ destination: '+16177123000', startUrl: 'http://x/', messageReference: '' },
      ...{ callParameters: '', maxRetries: 0, retryIntervalSeconds: 60, now: START },
    }
    const byDefault = await ensureDefaultCampaign(context.db, accountId)
    const [single = 0] = await insertCalls(context.db, [{ ...newCall, campaignId: byDefault }])
    await cancelPending(context, { accountId })
    const [fresh = 0] = await insertCalls(context.db, [{ ...newCall, campaignId: byDefault }])
    await settleLists(context)
    assert.equal((await describeCall(context, single))?.outcome, 'canceled')
    assert.equal(await stateOf(fresh), 'queued')
    assert.deepEqual((await progressOf(campaign)).ended, { canceled: 5 })
    await completeCampaigns(context)
    assert.equal((await describeCampaign(context, campaign)).state, 'completed')
    const rest = await describeCampaign(context, { accountId, campaignId: byDefault })
    assert.deepEqual([rest.state, rest.progress.accepted, rest.progress.queued], ['running', 2, 1])
    await clear()
  })

  it('drains: what was dialled keeps its retries, the rest is not dialled', async () => {
    const { context } = calls
    const campaign = await campaignOf(4)
    const [first, second] = await claim(2)
    const attempt = await dial(first ?? assert.fail('two are due'))
    assert.equal((await change(campaign, 'drain')).draining, true)
    await assert.rejects(dial(second ?? assert.fail('two are due')), { code: 'claim-lost' })
    assert.equal(await finishAttempt(context, attempt, endingOf('busy')), 'requeued')
    assert.equal(await settleLists(context), 3)
    await settleLists(context)
    assert.deepEqual(await progressOf(campaign), {
      ...{ accepted: 4, queued: 1, inProgress: 0 },
      ended: { canceled: 3 },
    })
    const [again] = await claim(9, later(100))
    assert.equal(again?.callId, first?.callId, 'its retry is made')
    calls.setNow(later(100))
    await finishAttempt(context, await dial(again ?? assert.fail()), endingOf('answered'))
    await completeCampaigns(context)
    assert.equal((await describeCampaign(context, campaign)).state, 'completed')
  })

  it('expires with its campaign what has no expiration of its own', async () => {
    const { context } = calls
    const campaign = await campaignOf(3)
    const fields = { expiration_timestamp: later(60).getTime() / 1000 }
    await editCampaign(context, { ...campaign, fields })
    calls.setNow(later(59))
    assert.equal(await expireCampaigns(context), 0)
    const [claimed] = await claim(1, later(59))
    calls.setNow(later(60))
    await assert.rejects(dial(claimed ?? assert.fail()), { code: 'claim-lost' })
    assert.equal(await expireCampaigns(context), 2)
    assert.deepEqual((await progressOf(campaign)).ended, { expired: 2 })
    assert.equal((await resultsOf()).size, 2)
    await cancelCall(context, { callId: claimed?.callId ?? 0 })
  })

  it('edits under a version, so that of two editors one is told of the other', async () => {
    const { context } = calls
    const campaign = await campaignOf(1)
    const edit = (fields: unknown, version?: number) =>
      editCampaign(context, { ...campaign, version, fields })
    const edited = await edit(
      { max_retries: 5, lines: 7, calling_window: 'mon-fri 09:00-17:00' },
      1,
    )
    assert.deepEqual([edited.maxRetries, edited.lines, edited.version], [5, 7, 2])
    await assert.rejects(edit({ lines: 8 }, 1), { code: 'campaign-version-conflict' })
    const racing = await Promise.allSettled([edit({ lines: 8 }, 2), edit({ lines: 9 }, 2)])
    assert.deepEqual(racing.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    const cleared = await edit({ lines: null, calling_window: null, weight: 2.5 })
    assert.deepEqual(
      [cleared.lines, cleared.callingWindow, cleared.weight],
      [undefined, undefined, 2.5],
    )
    const claimed = await claimOne()
    assert.equal(claimed.maxRetries, 5, 'it counts for calls that have none of their own')
    await clear()
    await change(campaign, 'cancel')
    await completeCampaigns(context)
  })

  const FAULTS: readonly (readonly [string, unknown, string, string])[] = [
    ['an unknown field', { retries: 3 }, 'campaign-edit-invalid', 'retries'],
    ['a number out of range', { max_retries: 11 }, 'campaign-edit-invalid', 'max_retries'],
    ['a text for a number', { lines: 'many' }, 'campaign-edit-invalid', 'lines'],
    ['a fraction of a line', { lines: 1.5 }, 'campaign-edit-invalid', 'lines'],
    ['a weight of nothing', { weight: 0 }, 'campaign-edit-invalid', 'weight'],
    ['no URL', { start_url: 'ftp://x' }, 'campaign-edit-invalid', 'start_url'],
    [
      'a caller ID of nine digits',
      { caller_id: '123456789' },
      'campaign-edit-invalid',
      'caller_id',
    ],
    ['a past expiration', { expiration_time: '-1 day' }, 'expiration-in-past', 'expiration_time'],
    ['a window that is none', { calling_window: 'never' }, 'rule-invalid', 'calling_window'],
  ]
  for (const [what, fields, code, field] of FAULTS) {
    it(`refuses ${what} in an edit, and changes nothing`, async () => {
      const campaign = await campaignOf(0)
      await assert.rejects(editCampaign(calls.context, { ...campaign, fields }), (error) => {
        assert.ok(error instanceof OutdialError)
        assert.deepEqual([error.code, error.field], [code, field])
        return true
      })
      assert.equal((await describeCampaign(calls.context, campaign)).version, 1)
    })
  }

  it('removes what ended long ago, but not what is not delivered, and keeps the counts', async () => {
    const { context } = calls
    const campaign = await campaignOf(2)
    const { callIds } = await addTestCampaign(context.db, {
      ...{ accountId, name: 'without results', calls: 2, dueAt: START },
    })
    for (const callId of [...campaign.callIds, ...callIds]) await cancelCall(context, { callId })
    calls.setNow(later(29 * 86_400))
    await removeEndedCalls(context, 30)
    assert.equal(await stateOf(callIds[0] ?? 0), 'ended')
    calls.setNow(later(31 * 86_400))
    await removeEndedCalls(context, 30)
    assert.deepEqual(await Promise.all(callIds.map(stateOf)), [undefined, undefined])
    assert.deepEqual(await Promise.all(campaign.callIds.map(stateOf)), ['ended', 'ended'])
    assert.deepEqual((await progressOf(campaign)).ended, { canceled: 2 })
  })
})
