import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addAccount, addApiKey, joinNodes, reportNode } from '#calls'
import { TRUNK_CODECS } from '#model'
import { apiClient } from '#test/api-client'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { createApi } from '../index.ts'

describe('keys, trunks and accounts in the JSON interface', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let send: ReturnType<typeof apiClient>
  let installation: string
  before(async () => {
    calls = await openTestCalls()
    await addAccount(calls.context, { login: 'other', pin: '1' })
    const api = createApi(calls.context, { uploadFolder: '' })
    send = apiClient(api, `${TEST_LOGIN.login}:${TEST_LOGIN.pin}`)
    installation = (await addApiKey(calls.context, { name: 'i', role: 'owner' })).key
  })
  after(() => calls.close())

  it('opens what its role allows, until it is revoked', async () => {
    const body = { name: 'crm', role: 'viewer' }
    const made = await send('POST', '/v1/keys', { body })
    const { key, key_id: id } = made.body
    assert.match(key, /^odk_[\w-]{43}$/)
    assert.equal((await send('GET', '/v1/account', { as: key })).body.login, TEST_LOGIN.login)
    assert.equal((await send('POST', '/v1/account/hold', { as: key })).status, 403)
    const { body: listed } = await send('GET', '/v1/keys')
    assert.deepEqual(
      listed.keys.map((one: { name: string }) => one.name),
      ['crm'],
    )
    assert.equal((await send('GET', '/v1/keys', { as: 'other:1' })).body.keys.length, 0)
    assert.equal((await send('DELETE', `/v1/keys/${id}`, { as: 'other:1' })).status, 404)
    assert.equal((await send('GET', '/v1/account', { as: key })).status, 200)
    assert.equal((await send('DELETE', `/v1/keys/${id}`)).status, 204)
    assert.equal((await send('GET', '/v1/account', { as: key })).body.code, 'authentication')
  })

  it('stores no key, and lets one expire', async () => {
    const { db } = calls.context
    const body = { name: 'short', role: 'owner', life: 60 }
    const { key, key_id: id } = (await send('POST', '/v1/keys', { body })).body
    const [row] = await db.query<{ text: string }>(
      'SELECT k::text AS text FROM api_keys k WHERE key_id = $1',
      [id],
    )
    for (const secret of [
      key,
      key.slice(4),
      Buffer.from(key.slice(4), 'base64url').toString('hex'),
    ]) {
      assert.equal(row?.text.includes(secret), false)
    }
    assert.equal((await send('GET', '/v1/keys', { as: key })).status, 200)
    await db.execute('UPDATE api_keys SET expires_at = now() WHERE key_id = $1', [id])
    assert.equal((await send('GET', '/v1/keys', { as: key })).status, 401)
  })

  it('keeps the installation and the accounts apart', async () => {
    const { body: own } = await send('GET', '/v1/keys', { as: installation })
    assert.deepEqual(
      own.keys.map((one: { name: string }) => one.name),
      ['i'],
    )
    assert.equal((await send('GET', '/v1/trunks')).status, 403)
    assert.equal((await send('GET', '/v1/calls', { as: installation })).status, 403)
  })

  it('adds and changes a trunk, and never tells its password', async () => {
    const as = installation
    const body = { name: 'carrier', host: 'sip.example.com', username: 'u', password: 'pa55word' }
    const made = await send('POST', '/v1/trunks', { as, body })
    assert.deepEqual(
      [made.status, made.body.username, made.body.invalid_caller_id],
      [201, 'u', 'decline'],
    )
    const path = '/v1/trunks/carrier'
    const edit = { lines: 30, cps: 2.5, register: 600, codecs: ['PCMA'], failover: [] }
    const opus = await send('PATCH', path, { as, body: { codecs: [...TRUNK_CODECS] } })
    assert.deepEqual(opus.body.codecs, ['PCMU', 'PCMA', 'G722', 'OPUS'])
    const edited = await send('PATCH', path, { as, body: edit })
    assert.deepEqual(
      [edited.body.lines, edited.body.codecs, edited.body.failover],
      [30, ['PCMA'], []],
    )
    const cleared = await send('PATCH', path, { as, body: { lines: null, cps: null } })
    assert.deepEqual([cleared.body.lines, cleared.body.register], [undefined, 600])
    const [stored] = await calls.context.db.query<{ password: string }>(
      'SELECT password FROM trunks',
    )
    assert.equal(stored?.password, 'pa55word')
    const told = [made, edited, cleared, await send('GET', '/v1/trunks', { as })]
    for (const { text } of told) assert.equal(text.includes('pa55word'), false)
    const wrong: readonly (readonly [object, string])[] = [
      [{ username: null }, 'password'],
      [{ username: null, password: null }, 'register'],
      [{ host: null }, 'host'],
      [{ host: 'a b' }, 'host'],
      [{ host: 'x;lr' }, 'host'],
      [{ codecs: ['PCMU', 'PCMU'] }, 'codecs'],
      [{ codecs: ['G729'] }, 'codecs'],
      [{ session_timer: 30 }, 'session_timer'],
      [{ prefix: '1\r\n' }, 'prefix'],
      [{ tls_key: '/etc/passwd' }, 'tls_key'],
    ]
    for (const [fields, field] of wrong) {
      const refused = await send('PATCH', path, { as, body: fields })
      assert.deepEqual([refused.body.code, refused.body.field], ['trunk-invalid', field])
    }
    const twice = await send('POST', '/v1/trunks', { as, body })
    assert.deepEqual([twice.status, twice.body.code], [409, 'trunk-exists'])
  })

  it('tells the installation of its servers, and accounts of trunks alone', async () => {
    const { context } = calls
    await joinNodes(context, 'berlin-1')
    const detail = '403 Forbidden'
    const standing = { name: 'carrier', usable: false, reason: 'not-registered', detail } as const
    await reportNode(context, { nodeId: 'berlin-1', report: { starts: {}, trunks: [standing] } })
    const own = await send('GET', '/v1/overview')
    const told = { name: 'carrier', state: 'unusable', reason: 'not-registered' }
    assert.deepEqual(own.body.trunks, [told])
    assert.deepEqual([own.body.live_nodes, own.body.account_held], [1, false])
    assert.doesNotMatch(own.text, /berlin|403|example\.com/)
    const whole = await send('GET', '/v1/overview', { as: installation })
    const node = { node: 'berlin-1', usable: false, reason: 'not-registered', detail }
    assert.deepEqual(whole.body.trunks, [{ ...told, lines_in_use: 0, nodes: [node] }])
    assert.equal(whole.body.account_held, undefined)
    assert.deepEqual(
      whole.body.nodes.map((one: { node: string }) => one.node),
      ['berlin-1'],
    )
  })

  it('makes and changes accounts', async () => {
    const as = installation
    const body = { login: 'new', pin: '77', time_zone: 'Europe/Berlin', country: 'DE' }
    assert.equal((await send('POST', '/v1/accounts', { as, body })).status, 201)
    assert.equal((await send('POST', '/v1/accounts', { as, body })).body.code, 'account-exists')
    const path = '/v1/accounts/new'
    assert.equal((await send('PATCH', path, { as, body: { number_cap: 2 } })).body.number_cap, 2)
    assert.equal((await send('PATCH', path, { as, body: { cap: 2 } })).body.code, 'account-invalid')
    assert.equal((await send('GET', '/v1/account', { as: 'new:77' })).body.number_cap, 2)
    const { body: page } = await send('GET', '/v1/accounts?limit=2', { as })
    assert.deepEqual(
      page.accounts.map((one: { login: string }) => one.login),
      ['new', 'other'],
    )
    const { body: rest } = await send('GET', `/v1/accounts?cursor=${page.next_cursor}`, { as })
    assert.deepEqual(
      rest.accounts.map((one: { login: string }) => one.login),
      ['user'],
    )
  })

  it('answers 429 to who has sent too many requests, and others still', async () => {
    const few = createApi(calls.context, { uploadFolder: '', requestsPerMinute: 2 })
    const ask = apiClient(few, installation)
    for (const left of [1, 0]) {
      const { headers } = await ask('GET', '/v1/trunks')
      assert.match(headers.get('ratelimit') ?? '', new RegExp(`^"requests";r=${left};t=\\d+$`))
    }
    const refused = await ask('GET', '/v1/trunks')
    assert.deepEqual([refused.status, refused.body.code], [429, 'rate-limited'])
    assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
    assert.equal(refused.headers.get('ratelimit-policy'), '"requests";q=2;w=60')
    assert.equal((await ask('GET', '/v1/account', { as: 'other:1' })).status, 200)
  })
})
