import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { OutdialError } from '#base'
import { addAccount } from '#calls'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { addTestCampaign, type TestCampaign } from '#test/campaign-fixture'
import { createApi } from '../index.ts'

const DUE = new Date('2030-01-01T12:00:00Z')
const OTHER = { login: 'other', pin: 'p:n' }

describe('the JSON interface', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let api: Hono
  let campaign: TestCampaign
  let names = 0

  before(async () => {
    calls = await openTestCalls()
    await addAccount(calls.context, OTHER)
    api = createApi(calls.context, { uploadFolder: '' })
  })
  after(() => calls.close())
  beforeEach(async () => {
    const [account] = await calls.context.db.query<{ accountId: number }>(
      `SELECT account_id AS "accountId" FROM accounts WHERE login = $1`,
      [TEST_LOGIN.login],
    )
    const accountId = account?.accountId ?? 0
    const name = `campaign ${++names}`
    campaign = await addTestCampaign(calls.context.db, { accountId, name, calls: 3, dueAt: DUE })
  })

  interface Sent {
    readonly body?: unknown
    readonly as?: { readonly login: string; readonly pin: string }
    readonly headers?: Readonly<Record<string, string>>
  }

  // biome-ignore lint/suspicious/noExplicitAny: what comes is looked at field by field
  type Answer = { status: number; headers: Headers; body: any }

  const send = async (
    method: string,
    path: string,
    { body, as = TEST_LOGIN, headers = {} }: Sent = {},
  ): Promise<Answer> => {
    const response = await api.request(path, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${as.login}:${as.pin}`).toString('base64')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const { status } = response
    return { status, headers: response.headers, body: await response.json() }
  }
  const path = (rest = ''): string => `/v1/campaigns/${campaign.campaignId}${rest}`
  const refused = (answer: Answer, status: number, code: string, field?: string): void => {
    assert.deepEqual([answer.status, answer.body.code, answer.body.field], [status, code, field])
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    assert.equal(answer.body.status, status)
    assert.equal(answer.body.type, `urn:outdial:error:${code}`)
    assert.match(answer.body.detail, /\.$/)
  }

  it('asks who it is, in one way for all addresses', async () => {
    for (const address of ['/v1/account', path(), '/v1/nothing']) {
      const none = await send('GET', address, { headers: { authorization: '' } })
      refused(none, 401, 'authentication')
      assert.match(none.headers.get('www-authenticate') ?? '', /^Basic realm=.*UTF-8/)
      refused(
        await send('GET', address, { as: { ...TEST_LOGIN, pin: 'x' } }),
        401,
        'authentication',
      )
      const headers = { authorization: 'Basic /w==' }
      refused(await send('GET', address, { headers }), 401, 'authentication')
    }
    assert.equal((await send('GET', '/v1/account', { as: OTHER })).body.login, 'other')
  })

  it('tells everybody what could be asked for', async () => {
    const response = await api.request('/v1/openapi.json')
    const document = (await response.json()) as { openapi: string; paths: object }
    assert.equal(document.openapi, '3.1.0')
    assert.ok(Object.keys(document.paths).includes('/v1/calls/{call_id}/why'))
  })

  it('tells of a campaign and how far it has come', async () => {
    const { status, headers, body } = await send('GET', path())
    assert.deepEqual([status, headers.get('etag')], [200, '"1"'])
    assert.deepEqual([body.state, body.weight, body.max_retries], ['queued', 1, 2])
    assert.deepEqual(body.progress, { accepted: 3, queued: 3, in_progress: 0, ended: {} })
  })

  it('lists campaigns, the newest first, page by page', async () => {
    const { body } = await send('GET', '/v1/campaigns?limit=1')
    assert.equal(body.campaigns[0].campaign_id, campaign.campaignId)
    const next = await send('GET', `/v1/campaigns?limit=1000&cursor=${body.next_cursor}`)
    assert.equal(next.body.next_cursor, undefined)
    assert.ok(next.body.campaigns.length > 0)
    for (const { campaign_id: id } of next.body.campaigns) assert.ok(id < campaign.campaignId)
    const older = await send('GET', `/v1/campaigns?limit=1000&before=${campaign.campaignId}`)
    assert.deepEqual(older.body, next.body)
    const both = `before=${campaign.campaignId}&cursor=${body.next_cursor}`
    refused(await send('GET', `/v1/campaigns?${both}`), 422, 'parameter-invalid', 'before')
    assert.equal((await send('POST', path('/cancel'))).body.state, 'canceled')
    const over = await send('GET', '/v1/campaigns?over=true')
    assert.deepEqual(
      over.body.campaigns.map((one: { campaign_id: number }) => one.campaign_id),
      [campaign.campaignId],
    )
    const others = await send('GET', '/v1/campaigns?over=false&limit=1000')
    assert.deepEqual(others.body, next.body)
    for (const query of [
      'limit=0',
      'limit=1001',
      'limit=x',
      ...['over=maybe', 'before=0', 'before=2147483648', 'before=x'],
      'cursor=-1',
      'cursor=',
      'cursor=eA',
      'cursor=OTk5OTk5OTk5OQ',
    ]) {
      const [field] = query.split('=')
      refused(await send('GET', `/v1/campaigns?${query}`), 422, 'parameter-invalid', field)
    }
    refused(await send('GET', '/v1/campaigns?offset=3'), 422, 'parameter-invalid', 'offset')
    const twice = await send('GET', '/v1/campaigns?limit=3&limit=4')
    refused(twice, 422, 'parameter-invalid', 'limit')
  })

  it('lists the calls of a campaign, page by page', async () => {
    const first = await send('GET', path('/calls?limit=2'))
    const [last = 0, middle, one] = campaign.callIds.toReversed()
    const idsOf = ({ body }: Answer) => body.calls.map((call: { call_id: number }) => call.call_id)
    assert.deepEqual(idsOf(first), [last, middle])
    const { state, attempts_made: made, attempts } = first.body.calls[0]
    assert.deepEqual([state, made, attempts], ['queued', 0, undefined])
    assert.ok(middle)
    const rest = await send('GET', path(`/calls?cursor=${first.body.next_cursor}`))
    assert.deepEqual([idsOf(rest), rest.body.next_cursor], [[one], undefined])
  })

  it('shows nothing of one account to another', async () => {
    const [callId] = campaign.callIds
    for (const rest of ['', '/calls']) {
      refused(await send('GET', path(rest), { as: OTHER }), 404, 'campaign-not-found')
    }
    for (const deed of ['pause', 'resume', 'drain', 'cancel', 'cancel-pending']) {
      refused(await send('POST', path(`/${deed}`), { as: OTHER }), 404, 'campaign-not-found')
    }
    const edit = { as: OTHER, body: { lines: 1 } }
    refused(await send('PATCH', path(), edit), 404, 'campaign-not-found')
    refused(await send('GET', `/v1/calls/${callId}`, { as: OTHER }), 404, 'call-not-found')
    refused(await send('POST', `/v1/calls/${callId}/cancel`, { as: OTHER }), 404, 'call-not-found')
    assert.deepEqual((await send('GET', '/v1/campaigns', { as: OTHER })).body, { campaigns: [] })
    await send('POST', '/v1/account/cancel-pending', { as: OTHER })
    assert.equal((await send('GET', `/v1/calls/${callId}`)).body.state, 'queued')
  })

  it('pauses, resumes, drains and cancels', async () => {
    for (const [deed, state, draining] of [
      ['pause', 'paused', false],
      ['resume', 'queued', false],
      ['drain', 'queued', true],
      ['cancel', 'canceled', true],
    ] as const) {
      const { status, body } = await send('POST', path(`/${deed}`))
      assert.deepEqual([status, body.state, body.draining], [200, state, draining])
    }
    refused(await send('POST', path('/resume')), 409, 'campaign-ended')
  })

  it('edits under the version that If-Match names', async () => {
    const edited = await send('PATCH', path(), {
      body: { lines: 20, calling_window: 'mon-fri 09:00-17:00' },
      headers: { 'if-match': '"1"' },
    })
    assert.deepEqual([edited.status, edited.headers.get('etag')], [200, '"2"'])
    assert.deepEqual([edited.body.lines, edited.body.calling_window.mon], [20, ['09:00-17:00']])
    const late = { body: { lines: 30 }, headers: { 'if-match': '"1"' } }
    refused(await send('PATCH', path(), late), 412, 'campaign-version-conflict', 'version')
    const odd = { body: { lines: 30 }, headers: { 'if-match': 'W/"2"' } }
    refused(await send('PATCH', path(), odd), 400, 'if-match-invalid', 'If-Match')
    refused(
      await send('PATCH', path(), { body: { lines: 0 } }),
      422,
      'campaign-edit-invalid',
      'lines',
    )
    refused(await send('PATCH', path(), { body: [] }), 400, 'malformed-json')
    assert.equal((await send('GET', path())).body.lines, 20)
  })

  it('tells of a call and cancels it', async () => {
    const [callId] = campaign.callIds
    const before = await send('GET', `/v1/calls/${callId}`)
    assert.deepEqual([before.status, before.body.state], [200, 'queued'])
    assert.equal(before.body.due_at, DUE.toISOString())
    const { status, body } = await send('POST', `/v1/calls/${callId}/cancel`)
    assert.deepEqual([status, body.state, body.result], [200, 'ended', 'canceled'])
    const odd = { body: { hang_up: 'yes' } }
    const answer = await send('POST', `/v1/calls/${callId}/cancel`, odd)
    refused(answer, 422, 'parameter-invalid', 'hang_up')
    for (const id of ['0', 'x', '99999999999', String(2 ** 31 - 1)]) {
      refused(await send('GET', `/v1/calls/${id}`), 404, 'call-not-found')
    }
  })

  it('holds and resumes the account, and cancels all that is pending', async () => {
    assert.equal((await send('POST', '/v1/account/hold')).body.held, true)
    assert.equal((await send('GET', '/v1/account')).body.held, true)
    assert.equal((await send('POST', '/v1/account/resume')).body.held, false)
    assert.equal((await send('POST', '/v1/account/cancel-pending')).status, 200)
    const { body } = await send('GET', path())
    assert.deepEqual([body.state, body.progress.queued], ['queued', 3], 'they are being concluded')
  })

  it('answers 503 while the store cannot be used', async () => {
    const gone = new OutdialError('store-unavailable', 'The store is away.', { temporary: true })
    const db = { ...calls.context.db, query: () => Promise.reject(gone) }
    const away = createApi({ ...calls.context, db }, { uploadFolder: '' })
    const authorization = `Basic ${btoa(`${TEST_LOGIN.login}:${TEST_LOGIN.pin}`)}`
    const request = { method: 'POST', headers: { authorization } }
    const response = await away.request('/v1/calls/1/cancel', request)
    assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '5'])
    assert.equal(((await response.json()) as { code: string }).code, 'store-unavailable')
  })

  it('refuses what it cannot read, and who must not send it', async () => {
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: {} }
    refused(await send('PATCH', path(), form), 415, 'unsupported-content-type')
    const long = { body: { start_url: 'x'.repeat(70_000) } }
    refused(await send('PATCH', path(), long), 413, 'request-too-large')
    const foreign = { headers: { 'sec-fetch-site': 'cross-site' } }
    refused(await send('POST', path('/cancel'), foreign), 403, 'cross-site-request')
    refused(await send('DELETE', path()), 404, 'no-such-address')
  })
})
