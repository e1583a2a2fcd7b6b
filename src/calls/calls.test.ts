import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OutdialError } from '#base'
import type { AttemptEnding, ClaimedCall, Outcome } from '#model'
import { claimDueResults } from '#store'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { claimAnyDue } from '#test/store-fixture'
import { WebApplication } from '#test/web-application'
import {
  addAccount,
  addTrunk,
  authenticate,
  beginAttempt,
  describeCall,
  expireCalls,
  finishAttempt,
  heartbeat,
  joinNodes,
  noteAnswered,
  noteRinging,
  type QueueCall,
  queueCall,
  type RecoveredAttempt,
  releaseLostCalls,
} from './index.ts'

const START = new Date('2026-11-23T12:00:00Z')
const later = (seconds: number): Date => new Date(START.getTime() + seconds * 1000)
const web = new WebApplication({ '/start.vxml': '<vxml/>', '/result': 'ok' })
let calls: TestCalls
/** One node a test, so that none claims another's leftovers. */
let nodeId = ''

before(async () => {
  await web.start()
  calls = await openTestCalls()
})
after(async () => {
  await calls.close()
  await web.stop()
})

async function queue(changes: Partial<QueueCall> = {}): Promise<number> {
  calls.setNow(START)
  const { callId } = await queueCall(calls.context, {
    asker: TEST_LOGIN,
    phoneNumber: '6177123000',
    startUrl: web.url('/start.vxml'),
    resultUrl: web.url('/result'),
    messageReference: 'ref',
    callParameters: '',
    maxRetries: 1,
    retryIntervalSeconds: 300,
    scheduled: {},
    expiration: {},
    ...changes,
  })
  return callId
}

async function claim(now: Date): Promise<ClaimedCall | undefined> {
  calls.setNow(now)
  return (await claimAnyDue(calls.context.db, { nodeId, limit: 1, now }))[0]
}

async function claimed(now = START): Promise<ClaimedCall> {
  const found = await claim(now)
  assert.ok(found, 'a call is due')
  return found
}

const ending = (outcome: Outcome): AttemptEnding => ({
  outcome,
  cause: outcome,
  calleeType: '',
  durationSeconds: 0,
})

async function dial(call: ClaimedCall): ReturnType<typeof beginAttempt> {
  return beginAttempt(calls.context, call, { trunk: 'main', invite: { callId: 'x' } })
}

/** The results that have come up so far: the body of the given call's, as a form. */
async function resultOfCall(callId: number): Promise<URLSearchParams | undefined> {
  const results = await claimDueResults(calls.context.db, {
    limit: 100,
    leaseSeconds: 1,
    now: later(100_000),
  })
  const found = results.find((result) => result.callId === callId)
  return found && new URLSearchParams(found.body)
}

test('an account authenticates with its PIN only, and a login is taken once', async () => {
  const account = await authenticate(calls.context, { login: 'user', pin: '1234' })
  assert.deepEqual([account.login, account.timeZone, account.country], ['user', 'UTC', 'US'])
  const wrong = { name: 'OutdialError', code: 'authentication' }
  await assert.rejects(authenticate(calls.context, { login: 'user', pin: '12345' }), wrong)
  await assert.rejects(authenticate(calls.context, { login: 'nobody', pin: '1234' }), wrong)
  await assert.rejects(addAccount(calls.context, TEST_LOGIN), { code: 'account-exists' })
  const bad = { login: 'x', pin: '1', timeZone: 'Mars/Phobos' }
  await assert.rejects(addAccount(calls.context, bad), { code: 'account-invalid' })
})

test('a retry outside the calling window waits for its opening, and says so', async () => {
  nodeId = 'window'
  const { db } = calls.context
  const callId = await queue()
  // START is noon UTC on a Monday, 07:00 in Boston.
  const window = JSON.stringify({ mon: ['06:00-07:04'], tue: ['09:00-17:00'] })
  await db.execute('UPDATE campaigns SET calling_window = $1', [window])
  try {
    const attempt = await dial(await claimed())
    calls.setNow(later(10))
    assert.equal(await finishAttempt(calls.context, attempt, ending('busy')), 'requeued')
    const opening = new Date('2026-11-24T14:00:00Z')
    const [call] = await db.query<{ dueAt: Date; verdicts: { rule: string; notBefore: string }[] }>(
      'SELECT due_at AS "dueAt", verdicts FROM calls WHERE call_id = $1',
      [callId],
    )
    assert.deepEqual(call?.dueAt, opening)
    assert.deepEqual(
      call?.verdicts.map(({ rule }) => rule),
      ['retry', 'calling-window'],
    )
    assert.equal(call?.verdicts[1]?.notBefore, opening.toISOString())
  } finally {
    await db.execute('UPDATE campaigns SET calling_window = NULL')
    await db.execute('UPDATE calls SET max_retries = 0')
  }
  calls.setNow(new Date('2026-11-24T14:00:00Z'))
  const again = await dial(await claimed(new Date('2026-11-24T14:00:00Z')))
  assert.equal(await finishAttempt(calls.context, again, ending('busy')), 'ended')
})

test('a trunk that is not there uses no attempt of the call', async () => {
  nodeId = 'trunk'
  const callId = await queue({ maxRetries: 1 })
  const failed = await dial(await claimed())
  calls.setNow(later(1))
  assert.equal(await finishAttempt(calls.context, failed, ending('trunk-failure')), 'requeued')
  assert.equal(await claim(later(300)), undefined)
  const second = await dial(await claimed(later(331)))
  calls.setNow(later(332))
  assert.equal(await finishAttempt(calls.context, second, ending('busy')), 'requeued')
  const third = await dial(await claimed(later(662)))
  assert.equal(await finishAttempt(calls.context, third, ending('busy')), 'ended')
  const call = await describeCall(calls.context, callId)
  assert.deepEqual([call?.outcome, call?.attempts.length], ['busy', 3])
})

test('the campaign’s retry policy goes before the account’s', async () => {
  nodeId = 'policy'
  const { db } = calls.context
  const never = JSON.stringify({ outcomes: { busy: { retry: false } } })
  await db.execute('UPDATE accounts SET retry_policy = $1', [never])
  try {
    await queue()
    const first = await dial(await claimed())
    assert.equal(await finishAttempt(calls.context, first, ending('busy')), 'ended')
    const often = JSON.stringify({ outcomes: { busy: { retry: true, interval: 900 } }, jitter: 0 })
    await db.execute('UPDATE campaigns SET retry_policy = $1', [often])
    await queue()
    const second = await dial(await claimed())
    assert.equal(await finishAttempt(calls.context, second, ending('busy')), 'requeued')
    assert.equal(await claim(later(899)), undefined)
    const third = await dial(await claimed(later(900)))
    assert.equal(await finishAttempt(calls.context, third, ending('busy')), 'ended')
  } finally {
    await db.execute('UPDATE campaigns SET retry_policy = NULL')
    await db.execute('UPDATE accounts SET retry_policy = NULL')
  }
})

test('busy is tried again after the interval and a jitter, then the call ends with one result', async () => {
  nodeId = 'retry'
  const callId = await queue()
  const first = await dial(await claimed())
  await noteRinging(calls.context, first)
  calls.setNow(later(10))
  assert.equal(await finishAttempt(calls.context, first, ending('busy')), 'requeued')
  assert.equal(await claim(later(309)), undefined)
  const second = await dial(await claimed(later(340)))
  assert.equal(second.number, 2)
  assert.equal(await finishAttempt(calls.context, second, ending('busy')), 'ended')
  const call = await describeCall(calls.context, callId)
  assert.deepEqual([call?.state, call?.outcome, call?.attempts.length], ['ended', 'busy', 2])
  const form = await resultOfCall(callId)
  assert.equal(form?.get('outcome'), 'busy')
  assert.equal(form?.get('attempts'), '2')
  assert.equal(form?.get('last_attempt_timestamp'), String(later(340).getTime() / 1000))
})

test('an attempt ends once: whoever comes second has lost the claim', async () => {
  nodeId = 'twice'
  await queue({ maxRetries: 0 })
  const attempt = await dial(await claimed())
  await assert.rejects(dial(attempt.claim), { code: 'claim-lost' })
  assert.equal(await finishAttempt(calls.context, attempt, ending('no-answer')), 'ended')
  const again = finishAttempt(calls.context, attempt, ending('answered'))
  await assert.rejects(again, { code: 'claim-lost' })
})

test('a claim that nobody tends to goes back, and consumes no attempt', async () => {
  nodeId = 'release'
  const { incarnation } = await joinNodes(calls.context, nodeId)
  await queue({ maxRetries: 0 })
  await claimed()
  const lost = await releaseLostCalls(calls.context, { nodeId, incarnation, inHand: [] })
  assert.deepEqual(lost, { released: 1, left: [] })
  const call = await claimed()
  assert.equal(call.attempts, 0)
  await finishAttempt(calls.context, await dial(call), ending('answered'))
})

test('what was taken over in a commit without an answer is ended, never queued again', async () => {
  nodeId = 'unsure'
  await joinNodes(calls.context, nodeId)
  await queue({ maxRetries: 0 })
  await dial(await claimed())
  const { incarnation } = await joinNodes(calls.context, nodeId)
  const node = { nodeId, incarnation }
  const { released, left } = await releaseLostCalls(calls.context, { ...node, inHand: [] })
  assert.equal(released, 0)
  const [one] = left
  assert.ok(one)
  const inHand = [one.attempt.claim.callId]
  assert.deepEqual(await releaseLostCalls(calls.context, { ...node, inHand }), {
    released: 0,
    left: [],
  })
  assert.equal(await finishAttempt(calls.context, one.attempt, one.ending), 'ended')
})

test('a queued call expires with a result, and so does one whose retry would come too late', async () => {
  nodeId = 'expire'
  const waiting = await queue({ scheduled: { text: '+1 hour' }, expiration: { text: '+2 hours' } })
  const late = await queue({ expiration: { text: '+4 minutes' } })
  const attempt = await dial(await claimed())
  assert.equal(await finishAttempt(calls.context, attempt, ending('busy')), 'ended')
  assert.equal((await resultOfCall(late))?.get('outcome'), 'expired')
  calls.setNow(later(7199))
  assert.equal(await expireCalls(calls.context), 0)
  calls.setNow(later(7200))
  assert.equal(await expireCalls(calls.context), 1)
  assert.equal((await describeCall(calls.context, waiting))?.outcome, 'expired')
  assert.equal((await resultOfCall(waiting))?.get('last_attempt_timestamp'), '')
})

test('crash point c: what was only claimed goes back, no attempt consumed', async () => {
  nodeId = 'crash-c'
  await joinNodes(calls.context, nodeId)
  await queue()
  const lost = await claimed()
  assert.deepEqual(await restart(), [])
  await assert.rejects(dial(lost), { code: 'claim-lost' })
  const call = await claimed()
  assert.equal(call.attempts, 0)
  await finishAttempt(calls.context, await dial(call), ending('answered'))
})

test('crash points d and e: the attempt counts as interrupted, the next waits for quarantine', async () => {
  nodeId = 'crash-d'
  await joinNodes(calls.context, nodeId)
  const callId = await queue()
  const zombie = await dial(await claimed())
  await noteRinging(calls.context, zombie)
  const [left] = await restart()
  assert.ok(left)
  assert.equal(left.ending.outcome, 'interrupted')
  assert.deepEqual(left.invite, { callId: 'x' })
  assert.equal(left.dialog, undefined)
  const stale = finishAttempt(calls.context, zombie, ending('answered'))
  await assert.rejects(stale, { code: 'claim-lost' })
  assert.equal(await finishAttempt(calls.context, left.attempt, left.ending), 'requeued')
  assert.equal(await claim(later(399)), undefined)
  const again = await dial(await claimed(later(430)))
  assert.equal(again.number, 2)
  await finishAttempt(calls.context, again, ending('no-answer'))
  assert.equal((await describeCall(calls.context, callId))?.attempts[0]?.outcome, 'interrupted')
})

test('crash points f and g: the person was reached, up to the last heartbeat, and is left alone', async () => {
  nodeId = 'crash-f'
  await joinNodes(calls.context, nodeId)
  const callId = await queue({ maxRetries: 10 })
  const attempt = await dial(await claimed())
  await noteAnswered(calls.context, attempt, { tag: 'y' })
  calls.setNow(later(42))
  await heartbeat(calls.context, { nodeId, incarnation: 1 })
  const [left] = await restart()
  assert.ok(left)
  assert.deepEqual(left.dialog, { tag: 'y' })
  assert.equal(await finishAttempt(calls.context, left.attempt, left.ending), 'ended')
  const form = await resultOfCall(callId)
  assert.equal(form?.get('result'), 'completed')
  assert.equal(form?.get('outcome'), 'answered')
  assert.equal(form?.get('duration'), '42')
  assert.equal((await describeCall(calls.context, callId))?.cause, 'interrupted')
})

test('a second crash hands the same attempt to the next process', async () => {
  nodeId = 'crash-twice'
  await joinNodes(calls.context, nodeId)
  await queue({ maxRetries: 0 })
  await dial(await claimed())
  const [first] = await restart()
  const [second] = await restart()
  assert.ok(first && second)
  const stale = finishAttempt(calls.context, first.attempt, first.ending)
  await assert.rejects(stale, { code: 'claim-lost' })
  assert.equal(await finishAttempt(calls.context, second.attempt, second.ending), 'ended')
})

test('an ani that is not ten digits is declined unless every trunk says otherwise', async () => {
  const wrong = { phoneNumber: '6177123000;ani=11234567890' }
  const declined = { code: 'invalid-caller-id', field: 'phone_number' }
  await assert.rejects(queue(wrong), declined)
  const trunk = { host: '127.0.0.1', port: 5060, transport: 'udp' } as const
  await addTrunk(calls.context, { ...trunk, name: 'a', invalidCallerId: 'default' })
  const callId = await queue({ ...wrong, scheduled: { text: '+1 year' } })
  assert.ok(callId > 0)
  await assert.rejects(
    addTrunk(calls.context, { ...trunk, name: 'a', invalidCallerId: 'decline' }),
    {
      code: 'trunk-exists',
    },
  )
  await addTrunk(calls.context, { ...trunk, name: 'b', invalidCallerId: 'decline' })
  await assert.rejects(queue(wrong), declined)
})

test('both URLs are fetched before anything is queued; start_url is told first', async () => {
  const startUrl = web.url('/absent')
  await assert.rejects(queue({ startUrl }), { code: 'start-url-status', field: 'start_url' })
  await assert.rejects(queue({ startUrl, resultUrl: startUrl }), { code: 'start-url-status' })
  await assert.rejects(queue({ resultUrl: startUrl }), { code: 'result-url-status' })
  assert.equal(await claim(START), undefined)
})

test('every refusal is an OutdialError', async () => {
  await assert.rejects(queue({ phoneNumber: 'x' }), OutdialError)
  await assert.rejects(queue({ asker: { ...TEST_LOGIN, pin: 'x' } }), OutdialError)
})

/** What the next process under this node's name is to end. */
async function restart(): Promise<readonly RecoveredAttempt[]> {
  return (await joinNodes(calls.context, nodeId)).left
}
