import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { addAccount, findAccount } from '#calls'
import { apiClient, hearSilence, readEvents } from '#test/api-client'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { addTestCampaign, type TestCampaign } from '#test/campaign-fixture'
import { createApi } from '../index.ts'

const DUE = new Date('2030-01-01T12:00:00Z')
const URLS = { start_url: 'http://127.0.0.1/start.vxml' }

describe('calls in the JSON interface', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-v1-'))
  let calls: TestCalls
  let api: Hono
  let send: ReturnType<typeof apiClient>
  let campaign: TestCampaign
  const makeApi = (): Hono =>
    createApi(
      { ...calls.context, checkUrls: { startUrl: good, resultUrl: good } },
      { uploadFolder: folder, heartbeatMs: 100 },
    )

  before(async () => {
    calls = await openTestCalls()
    await addAccount(calls.context, { login: 'other', pin: '1' })
    api = makeApi()
    send = apiClient(api, `${TEST_LOGIN.login}:${TEST_LOGIN.pin}`)
    const { accountId } = await findAccount(calls.context, TEST_LOGIN.login)
    campaign = await addTestCampaign(calls.context.db, {
      ...{ accountId, name: '=evil"', calls: 5, dueAt: DUE },
    })
  })
  after(async () => {
    await calls.close()
    rmSync(folder, { recursive: true })
  })

  const found = async (query: string): Promise<number[]> => {
    const { body, text } = await send('GET', `/v1/calls?${query}`)
    assert.ok(body.calls, text)
    return body.calls.map((call: { call_id: number }) => call.call_id)
  }

  it('queues a call, and the same again under its key', async () => {
    const body = { phone_number: '6177123999', ...URLS, message_reference: 'order 1' }
    const headers = { 'idempotency-key': 'k1' }
    const first = await send('POST', '/v1/calls', { body, headers })
    assert.equal(first.status, 201)
    assert.equal(first.headers.get('location'), `/v1/calls/${first.body.call_id}`)
    const again = await send('POST', '/v1/calls', { body, headers })
    assert.deepEqual(again.body, first.body)
    const other = { body: { ...body, max_retries: 3 }, headers }
    assert.equal((await send('POST', '/v1/calls', other)).body.code, 'idempotency-key-reused')
    const { body: call } = await send('GET', `/v1/calls/${first.body.call_id}`)
    assert.deepEqual([call.destination, call.message_reference], ['+16177123999', 'order 1'])
    const long = { ...body, call_parameters: '😀'.repeat(255) }
    assert.equal((await send('POST', '/v1/calls', { body: long })).status, 201)
    for (const [field, value] of [
      ['max_retries', 11],
      ['call_parameters', 'x'.repeat(256)],
      ['message_reference', 'a\0'],
      ['start_url', 'ftp://x'],
      ['retry_interval', '300'],
      ['phone_number', undefined],
      ['who', 1],
    ] as const) {
      const refused = await send('POST', '/v1/calls', { body: { ...body, [field]: value } })
      assert.deepEqual([refused.body.code, refused.body.field], ['parameter-invalid', field])
    }
  })

  it('finds calls by number, reference, campaign, state, outcome and time', async () => {
    const [first = 0, second = 0, third = 0] = campaign.callIds
    await send('POST', `/v1/calls/${first}/cancel`)
    await calls.context.db.execute(`UPDATE calls SET message_reference = 'r' WHERE call_id = $1`, [
      second,
    ])
    // Claimed just now.
    await calls.context.db.execute(`UPDATE calls SET state = 'claimed' WHERE call_id = $1`, [third])
    const of = `campaign_id=${campaign.campaignId}`
    assert.equal((await found(of)).length, 5)
    assert.deepEqual(await found('phone_number=6177000001'), [second])
    assert.deepEqual(await found('phone_number=6177000002'), [third], 'in progress')
    assert.deepEqual(await found('phone_number=6177000000&state=queued'), [])
    assert.deepEqual(await found('message_reference=r'), [second])
    assert.deepEqual(await found('message_reference=r&state=ended'), [])
    assert.deepEqual(await found('outcome=canceled'), [first])
    assert.deepEqual(await found('state=ended'), [first])
    assert.deepEqual(await found('state=ended&outcome=busy'), [])
    assert.deepEqual(await found('state=claimed'), [third])
    assert.deepEqual(
      await found(`state=queued&${of}`),
      campaign.callIds.slice(3).toReversed().concat(second),
    )
    assert.deepEqual(await found('state=queued&outcome=busy'), [])
    const foreign = await send('GET', '/v1/calls', { as: 'other:1' })
    assert.deepEqual(foreign.body, { calls: [] })
    const strange = await send('GET', `/v1/calls?${of}`, { as: 'other:1' })
    assert.equal(strange.status, 404)
  })

  it('finds them by time, to the millisecond', async () => {
    const { db } = calls.context
    const ids = campaign.callIds
    for (const [place, id] of ids.entries()) {
      const at = new Date(Date.UTC(2026, 0, 1 + place))
      await db.execute('UPDATE calls SET created_at = $2 WHERE call_id = $1', [id, at])
    }
    const from = 'created_from=2026-01-02T00:00:00Z'
    const between = await found(`${from}&created_to=2026-01-04T00:00:00Z`)
    assert.deepEqual(between, [ids[2], ids[1]])
    const zoned = 'created_from=2026-01-02T01:00:00.001%2B01:00'
    assert.deepEqual(await found(`${zoned}&created_to=2026-01-04T00:00:00Z`), [ids[2]])
    assert.deepEqual(await found('created_to=2026-01-01T00:00:00Z'), [])
    assert.deepEqual(await found('created_from=2040-01-01T00:00:00Z'), [])
    assert.equal((await send('GET', '/v1/calls?created_to=yesterday')).status, 422)
  })

  it('goes through a search page by page', async () => {
    const all = await found('limit=1000')
    const paged: number[] = []
    for (let cursor = ''; ; ) {
      const { body } = await send('GET', `/v1/calls?limit=2${cursor}`)
      paged.push(...body.calls.map((call: { call_id: number }) => call.call_id))
      if (body.next_cursor === undefined) break
      cursor = `&cursor=${body.next_cursor}`
    }
    assert.deepEqual(paged, all)
  })

  it('exports a search, harmless to spreadsheets and readable', async () => {
    const csv = await send('GET', `/v1/exports/calls?campaign_id=${campaign.campaignId}`)
    const lines = csv.text.split('\r\n')
    assert.match(lines[0] ?? '', /^"call_id","campaign_id","campaign_name","phone_number"/)
    assert.equal(lines.length, 1 + 5 + 1)
    assert.match(lines[1] ?? '', /^"\d+","\d+","'=evil""","\+1617\d+"/)
    const json = await send('GET', '/v1/exports/calls?format=ndjson&outcome=canceled')
    const [only, end] = json.text.split('\n')
    assert.deepEqual([JSON.parse(only ?? '').outcome, end], ['canceled', ''])
    const none = await send('GET', '/v1/exports/calls?campaign_id=999999')
    assert.equal(none.status, 404)
  })

  it('queues a list with its settings, and adds to it', async () => {
    const query = `campaign_name=new&lines=3&weight=2&calling_window=mon+09:00-17:00&max_retries=2`
    const path = `/v1/campaigns?${query}&start_url=${encodeURIComponent(URLS.start_url)}`
    const headers = { 'idempotency-key': 'list 1'.replace(' ', '-') }
    const list = 'destination\n6177124001\n12\n'
    const made = await send('POST', path, { body: list, headers })
    assert.deepEqual([made.status, made.body.accepted, made.body.refused], [201, 1, 1])
    assert.deepEqual((await send('POST', path, { body: list, headers })).body, made.body)
    const { body } = await send('GET', made.headers.get('location') ?? '')
    assert.deepEqual([body.lines, body.weight, body.max_retries], [3, 2, 2])
    assert.deepEqual([body.calling_window.mon, body.progress.queued], [['09:00-17:00'], 1])
    const added = await send('POST', `/v1/campaigns/${body.campaign_id}/calls?duplicates=drop`, {
      body: '6177124002\n6177124002\n',
    })
    assert.deepEqual([added.body.accepted, added.body.duplicates], [1, 1])
    const refusedPath = `/v1/uploads/${made.body.list_id}/refused-rows`
    assert.deepEqual((await send('GET', refusedPath)).body, {
      refused_rows: made.body.refused_rows,
    })
    const bad = await send('POST', `/v1/campaigns/${body.campaign_id}/calls`, {
      body: '12\n6177124003\n13\n14\n',
    })
    const badPath = `/v1/uploads/${bad.body.list_id}/refused-rows`
    const page = await send('GET', `${badPath}?limit=2`)
    const rest = await send('GET', `${badPath}?limit=2&cursor=${page.body.next_cursor}`)
    const told = [...page.body.refused_rows, ...rest.body.refused_rows]
    assert.deepEqual(
      told.map(({ line, value }) => [line, value]),
      [
        [1, '12'],
        [3, '13'],
        [4, '14'],
      ],
    )
    assert.equal(rest.body.next_cursor, undefined)
    const foreign = await send('GET', refusedPath, { as: 'other:1' })
    assert.deepEqual([foreign.status, foreign.body.code], [404, 'list-not-found'])
    const twice = await send('POST', path, { body: list })
    assert.deepEqual([twice.status, twice.body.code], [409, 'campaign-exists'])
    const abort = path.replace('=new', '=n2')
    const refused = await send('POST', `${abort}&on_error=abort`, { body: list })
    assert.deepEqual([refused.status, refused.body.code], [422, 'list-row-refused'])
    assert.equal(refused.body.refused_rows[0].value, '12')
    assert.equal((await send('GET', `/v1/campaigns`)).text.includes('"n2"'), false)
  })

  it('tells of events as they are stored, from any server, each once, and none of others', async () => {
    const authorization = `Basic ${btoa(`${TEST_LOGIN.login}:${TEST_LOGIN.pin}`)}`
    const stream = (server: Hono, after?: string) =>
      server.request('/v1/events', {
        headers: { authorization, ...(after && { 'last-event-id': after }) },
      })
    const foreign = await send('POST', '/v1/calls', {
      ...{ as: 'other:1', body: { phone_number: '6177123998', ...URLS } },
    })
    const live = await stream(api)
    await send('POST', `/v1/calls/${foreign.body.call_id}/cancel`, { as: 'other:1' })
    const queued = []
    for (const last of [1, 2, 3, 4]) {
      const body = { phone_number: `617712395${last}`, ...URLS }
      queued.push((await send('POST', '/v1/calls', { body })).body.call_id)
    }
    for (const id of queued.slice(0, 2)) await send('POST', `/v1/calls/${id}/cancel`)
    const first = await readEvents(live, 2)
    assert.deepEqual(
      first.events.map(({ data }) => data.call_id),
      queued.slice(0, 2),
    )
    assert.deepEqual(
      first.events.map(({ event }) => event),
      ['call-ended', 'call-ended'],
    )
    // Nobody listens; another server is asked afterwards, and goes on after the first one.
    await send('POST', `/v1/calls/${queued[2]}/cancel`)
    await send('POST', `/v1/campaigns/${campaign.campaignId}/pause`)
    const resumed = await readEvents(await stream(makeApi(), first.events[0]?.id), 3)
    assert.deepEqual(
      resumed.events.map(({ event, data }) => [event, data.call_id ?? data.state]),
      [
        ['call-ended', queued[1]],
        ['call-ended', queued[2]],
        ['campaign-changed', 'paused'],
      ],
    )
    const { status } = await send('GET', '/v1/events', { headers: { 'last-event-id': 'x' } })
    assert.equal(status, 422)
  })

  it('tells no event before one that an open transaction may still write', async () => {
    const { db } = calls.context
    const authorization = `Basic ${btoa(`${TEST_LOGIN.login}:${TEST_LOGIN.pin}`)}`
    const queue = async () =>
      (await send('POST', '/v1/calls', { body: { phone_number: '6177123950', ...URLS } })).body
        .call_id
    const [early, late] = [await queue(), await queue()]
    const stream = await api.request('/v1/events', { headers: { authorization } })
    const isOpen = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const slow = db.transaction(async (tx) => {
      await tx.execute(
        `UPDATE calls SET state = 'ended', outcome = 'busy', ended_at = now() WHERE call_id = $1`,
        [early],
      )
      isOpen.resolve()
      await mayEnd.promise
    })
    await isOpen.promise
    await send('POST', `/v1/calls/${late}/cancel`)
    const reading = readEvents(stream, 2)
    // Meanwhile it looks, as others do.
    await hearSilence(await api.request('/v1/events', { headers: { authorization } }), 8)
    mayEnd.resolve()
    await slow
    const { events } = await reading
    assert.deepEqual(
      events.map(({ data }) => data.call_id),
      [early, late],
    )
  })

  it('has a bounded number of streams for each key', async () => {
    const authorization = `Basic ${btoa('other:1')}`
    const open = () => api.request('/v1/events', { headers: { authorization } })
    const streams = await Promise.all(Array.from({ length: 5 }, open))
    assert.deepEqual(
      streams.map(({ status }) => status),
      [200, 200, 200, 200, 200],
    )
    assert.equal((await open()).status, 503)
    for (const { body } of streams) await body?.cancel()
    const again = await open()
    assert.equal(again.status, 200)
    await again.body?.cancel()
  })
})

async function good(): Promise<void> {}
