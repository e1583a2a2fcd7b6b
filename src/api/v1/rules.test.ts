import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { addAccount, editAccount, findAccount } from '#calls'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { addTestCampaign, type TestCampaign } from '#test/campaign-fixture'
import { createApi } from '../index.ts'

const DUE = new Date('2030-01-01T12:00:00Z')
const OTHER = { login: 'other', pin: '1' }

describe('rules in the JSON interface', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let api: Hono
  let campaign: TestCampaign
  before(async () => {
    calls = await openTestCalls()
    calls.setNow(new Date('2029-12-31T12:00:00Z'))
    await addAccount(calls.context, OTHER)
    api = createApi(calls.context, { uploadFolder: '' })
    const { accountId } = await findAccount(calls.context, TEST_LOGIN.login)
    const fields = { calling_window: 'mon-fri 09:00-17:00', number_cap: 3 }
    await editAccount(calls.context, { accountId, fields })
    campaign = await addTestCampaign(calls.context.db, {
      accountId,
      name: 'c',
      calls: 1,
      dueAt: DUE,
    })
  })
  after(() => calls.close())

  // biome-ignore lint/suspicious/noExplicitAny: what comes is looked at field by field
  type Answer = { status: number; body: any }

  const send = async (
    method: string,
    path: string,
    { body, type = 'application/json', as = TEST_LOGIN, headers = {} }: Sent = {},
  ): Promise<Answer> => {
    const response = await api.request(path, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${as.login}:${as.pin}`).toString('base64')}`,
        'content-type': type,
        ...headers,
      },
      ...(body === undefined ? {} : { body: bodyOf(body), duplex: 'half' }),
    })
    return { status: response.status, body: JSON.parse((await response.text()) || 'null') }
  }
  const bodyOf = (body: unknown): string | ReadableStream =>
    typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body)
  interface Sent {
    readonly body?: unknown
    readonly type?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly as?: { readonly login: string; readonly pin: string }
  }
  const csv = (body: string): Sent => ({ body, type: 'text/csv; charset=utf-8' })

  it('shows the account its rules', async () => {
    const { body } = await send('GET', '/v1/account')
    assert.deepEqual([body.number_cap, body.number_gap, body.lines], [3, 0, undefined])
    assert.deepEqual(body.calling_window.mon, ['09:00-17:00'])
  })

  it('shows the account what its results are signed with, and replaces it without a gap', async () => {
    const first = await send('GET', '/v1/account/webhook-secret')
    assert.match(first.body.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
    assert.equal(first.body.old_expires_at, undefined)
    const path = '/v1/account/webhook-secret/rotate'
    for (const body of [
      { keep_old: 2_592_001 },
      { keep_old: '1' },
      { keep_old: -1 },
      { keep: 1 },
    ]) {
      const { status, body: fault } = await send('POST', path, { body })
      assert.deepEqual([status, fault.code], [422, 'parameter-invalid'])
    }
    const second = await send('POST', path)
    assert.notEqual(second.body.secret, first.body.secret)
    assert.ok(Date.parse(second.body.old_expires_at) > Date.now() + 86_000_000)
    const third = await send('POST', path, { body: { keep_old: 0 } })
    assert.equal(third.body.old_expires_at, undefined)
    const other = await send('GET', '/v1/account/webhook-secret', { as: OTHER })
    assert.notEqual(other.body.secret, third.body.secret)
  })

  it('says why a call is not dialled, and when it can be', async () => {
    const [callId] = campaign.callIds
    const { status, body } = await send('GET', `/v1/calls/${callId}/why`)
    assert.equal(status, 200)
    assert.match(body.summary, /^It can be dialled at 2030-01-01T14:00:00\.000Z: due at/)
    assert.equal(body.next_dial_at, '2030-01-01T14:00:00.000Z')
    const due = body.verdicts.find(({ rule }: { rule: string }) => rule === 'due')
    assert.deepEqual([due.allows, due.not_before], [false, DUE.toISOString()])
    const foreign = await send('GET', `/v1/calls/${callId}/why`, { as: OTHER })
    assert.deepEqual([foreign.status, foreign.body.code], [404, 'call-not-found'])
  })

  it('keeps the do-not-call list of each account', async () => {
    const numbers = ['6177123002', '+16177123001']
    const added = await send('POST', '/v1/do-not-call', { body: { numbers, reason: 'asked' } })
    assert.deepEqual(added, { status: 200, body: { added: 2 } })
    const page = await send('GET', '/v1/do-not-call?limit=1')
    assert.deepEqual(
      [page.body.numbers[0].destination, page.body.numbers.length],
      ['+16177123001', 1],
    )
    const next = await send('GET', `/v1/do-not-call?cursor=${page.body.next_cursor}`)
    assert.deepEqual(
      [next.body.numbers[0].destination, next.body.numbers[0].reason],
      ['+16177123002', 'asked'],
    )
    const after = await send('GET', `/v1/do-not-call?after=${encodeURIComponent('+16177123001')}`)
    assert.deepEqual(after.body, next.body)
    const both = await send('GET', `/v1/do-not-call?after=1&cursor=${page.body.next_cursor}`)
    assert.deepEqual([both.status, both.body.field], [422, 'after'])
    assert.deepEqual((await send('GET', '/v1/do-not-call', { as: OTHER })).body, { numbers: [] })
    const foreign = await send('POST', '/v1/do-not-call/remove', { body: { numbers }, as: OTHER })
    assert.deepEqual(foreign.body, { removed: 0 })
    const removed = await send('POST', '/v1/do-not-call/remove', { body: { numbers } })
    assert.deepEqual(removed.body, { removed: 2 })
    const wrong: readonly (readonly [unknown, string, string])[] = [
      [{ numbers: [] }, 'parameter-invalid', 'numbers'],
      [{ numbers: '6177123001' }, 'parameter-invalid', 'numbers'],
      [{ numbers: ['12'] }, 'invalid-phone-number', 'numbers'],
      [{ numbers, why: 'x' }, 'parameter-invalid', 'why'],
    ]
    for (const [body, code, field] of wrong) {
      const refused = await send('POST', '/v1/do-not-call', { body })
      assert.deepEqual([refused.status, refused.body.code, refused.body.field], [422, code, field])
    }
  })

  it('keeps schedules and pacing profiles, and has campaigns refer to them', async () => {
    const hours = { name: 'day/night', calling_window: 'sat 10:00-14:00' }
    const headers = { 'idempotency-key': 'k1' }
    const made = await send('POST', '/v1/schedules', { body: hours, headers })
    assert.deepEqual([made.status, made.body.version], [201, 1])
    assert.deepEqual(await send('POST', '/v1/schedules', { body: hours, headers }), made)
    const reused = await send('POST', '/v1/schedules', { body: { ...hours, name: 'x' }, headers })
    assert.deepEqual([reused.status, reused.body.code], [422, 'idempotency-key-reused'])
    await send('POST', '/v1/pacing-profiles', { body: { name: 'slow', lines: 2 } })
    const again = await send('POST', '/v1/schedules', { body: hours })
    assert.deepEqual(
      [again.status, again.body.code, again.body.field],
      [409, 'profile-exists', 'name'],
    )
    const path = '/v1/schedules/day%2Fnight'
    const campaignPath = `/v1/campaigns/${campaign.campaignId}`
    const body = { schedule: 'day/night', pacing_profile: 'slow' }
    const tied = await send('PATCH', campaignPath, { body })
    assert.deepEqual([tied.body.calling_window, tied.body.lines], [{ sat: ['10:00-14:00'] }, 2])
    assert.deepEqual([tied.body.schedule, tied.body.pacing_profile], ['day/night', 'slow'])

    const edit = { body: { holidays: { '*': ['01-01'] } } }
    const late = await send('PATCH', path, { ...edit, headers: { 'if-match': '"2"' } })
    assert.deepEqual([late.status, late.body.code], [412, 'profile-version-conflict'])
    const edited = await send('PATCH', path, { ...edit, headers: { 'if-match': '"1"' } })
    assert.deepEqual([edited.status, edited.body.version], [200, 2])
    assert.deepEqual((await send('GET', campaignPath)).body.holidays, { '*': ['01-01'] })
    assert.deepEqual((await send('GET', '/v1/schedules')).body.schedules, [edited.body])
    assert.deepEqual((await send('GET', '/v1/schedules', { as: OTHER })).body.schedules, [])

    const used = await send('DELETE', path)
    assert.deepEqual([used.status, used.body.code], [409, 'profile-in-use'])
    const unknown = await send('PATCH', campaignPath, { body: { schedule: 'no' } })
    assert.deepEqual([unknown.status, unknown.body.field], [422, 'schedule'])
    await send('PATCH', campaignPath, { body: { schedule: null, calling_window: null } })
    assert.equal((await send('DELETE', path)).status, 204)
    assert.equal((await send('GET', path)).status, 404)
  })

  it('previews a list without writing anything', async () => {
    const query = 'lines=1&max_retries=1&rates={"answered":1}&scheduled_time=2030-01-01T14:00Z'
    const told = await send('POST', `/v1/preview?${query}`, csv('destination\n6177123001\n12\n'))
    assert.equal(told.status, 200)
    const { body } = told
    assert.deepEqual([body.accepted, body.refused, body.duplicates], [1, 1, 0])
    assert.equal(body.refused_rows[0].code, 'invalid-phone-number')
    assert.deepEqual([body.outcomes, body.lines_peak], [{ answered: 1 }, 1])
    assert.equal(body.hours[0].at, '2030-01-01T14:00:00.000Z')
    const refusals: readonly (readonly [string, Sent, number, string])[] = [
      ['?line=1', csv('1'), 422, 'parameter-invalid'],
      ['?lines=0', csv('6177123001'), 422, 'parameter-invalid'],
      ['?calling_window=never', csv('6177123001'), 422, 'rule-invalid'],
      ['?rates={', csv('6177123001'), 422, 'parameter-invalid'],
      ['?duplicates=some', csv('6177123001'), 422, 'parameter-invalid'],
      ['', { body: { list: [] } }, 415, 'unsupported-content-type'],
      ['', csv(''), 422, 'list-empty'],
    ]
    for (const [parameters, sent, status, code] of refusals) {
      const refused = await send('POST', `/v1/preview${parameters}`, sent)
      assert.deepEqual([refused.status, refused.body.code], [status, code], parameters)
    }
  })

  it('reckons one preview at a time', async () => {
    const read = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const slow = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          read.resolve()
          await goOn.promise
          controller.enqueue(Buffer.from('6177123001'))
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const first = send('POST', '/v1/preview', { body: slow, type: 'text/csv' })
    await read.promise
    const second = await send('POST', '/v1/preview', csv('6177123001'))
    assert.deepEqual([second.status, second.body.code], [503, 'overloaded'])
    goOn.resolve()
    assert.equal((await first).status, 200)
    assert.equal((await send('POST', '/v1/preview', csv('6177123001'))).status, 200)
  })
})
