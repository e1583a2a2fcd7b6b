import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { z } from 'zod'
import {
  addAccount,
  addApiKey,
  addUser,
  audit,
  findAccount,
  forgetAuditLog,
  joinInstallation,
  signIn,
  signOut,
  signOutEverywhere,
} from '#calls'
import { apiClient } from '#test/api-client'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { until } from '#test/until'
import { createApi } from '../index.ts'
import { HIDDEN_FIELDS } from './audit-request.ts'
import { OPERATIONS } from './operations.ts'

const PASSWORD = 'correct horse battery'
const START_URL = 'http://user:s3cret@127.0.0.1/start.vxml?token=s3cret'

interface Entry {
  readonly entry_id: number
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail?: object
}

describe('the audit log', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-audit-'))
  let calls: TestCalls
  let accountId: number
  let send: ReturnType<typeof apiClient>
  let installation: string
  before(async () => {
    calls = await openTestCalls()
    accountId = (await findAccount(calls.context, TEST_LOGIN.login)).accountId
    await addAccount(calls.context, { login: 'other', pin: '1' })
    const context = { ...calls.context, checkUrls: { startUrl: good, resultUrl: good } }
    const api = createApi(context, { uploadFolder: folder, requestsPerMinute: 10_000 })
    send = apiClient(api, `${TEST_LOGIN.login}:${TEST_LOGIN.pin}`)
    installation = (await addApiKey(context, { name: 'root', role: 'owner' })).key
  })
  after(async () => {
    await calls.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(async () => {
    await calls.context.db.execute('TRUNCATE audit_log, users, web_sessions')
  })

  const log = async (query = '', as?: string): Promise<Entry[]> => {
    const { body, text } = await send('GET', `/v1/audit-log${query}`, as ? { as } : {})
    assert.ok(Array.isArray(body?.entries), text)
    return body.entries
  }
  /** The newest last, without what is new each time. */
  const told = async (as?: string): Promise<object[]> =>
    (await log('', as)).map(({ entry_id: _id, at: _at, ...rest }) => rest).reverse()
  const makeUser = () =>
    addUser(calls.context, {
      accountId,
      fields: { name: 'ann', role: 'owner', password: PASSWORD },
    })

  it('says who has done what to what, without secrets, and nothing of looking', async () => {
    const user = { name: 'ann', role: 'viewer', password: PASSWORD }
    const { body: made } = await send('POST', '/v1/users', { body: user })
    const path = `/v1/users/${made.user_id}`
    await send('PATCH', path, { body: { password: `${PASSWORD}!` } })
    const { body: key } = await send('POST', '/v1/keys', { body: { name: 'crm', role: 'owner' } })
    await send('DELETE', path, { as: key.key })
    await send('GET', '/v1/users')
    await send('PATCH', '/v1/users/999999', { body: { role: 'owner' } })
    await send('POST', '/v1/calls', { body: { phone_number: '6177123000', start_url: START_URL } })
    const id = made.user_id
    assert.deepEqual(await told(), [
      entry('owner', 'createUser', `user ${id}`, { ...user, password: '****' }),
      entry('owner', 'editUser', `user ${id}`, { password: '****' }),
      entry('owner', 'createKey', `key ${key.key_id}`, { name: 'crm', role: 'owner' }),
      entry('key:crm', 'removeUser', `user ${id}`),
    ])
  })

  it('counts the rows of an upload and the numbers of a list, and shows no credentials', async () => {
    const parameters = new URLSearchParams({
      ...{ campaign_name: 'June', start_url: START_URL, campaign_parameters: 's3cret' },
    })
    const list = 'destination\n6177123001\n12\n'
    const { body: up } = await send('POST', `/v1/campaigns?${parameters}`, { body: list })
    await send('POST', `/v1/campaigns/${up.campaign_id}/pause`)
    const body = { numbers: ['6177123009', '6177123008'], reason: 'x'.repeat(250) }
    await send('POST', '/v1/do-not-call', { body })
    const subject = `campaign ${up.campaign_id}`
    const settings = {
      ...{ campaign_name: 'June', start_url: 'http://127.0.0.1/start.vxml' },
      campaign_parameters: '****',
    }
    assert.deepEqual(await told(), [
      entry('owner', 'createCampaign', subject, {
        ...{ ...settings, accepted: 1, refused: 1, duplicates: 0 },
      }),
      entry('owner', 'pauseCampaign', subject),
      entry('owner', 'forbidNumbers', '', {
        ...{ numbers: '2 entries', reason: `${'x'.repeat(200)}…`, added: 2 },
      }),
    ])
    assert.equal(JSON.stringify(await log()).includes('s3cret'), false)
  })

  it('hides every field of a request that may hold a secret', () => {
    const suspicious = /pass|^pin$|secret|token|credential|parameters|_key$|cert/
    const shapes = OPERATIONS.flatMap(({ query, body }) => [
      query,
      body?.kind === 'json' ? body.schema : undefined,
    ])
    const names = shapes.flatMap((shape) =>
      shape instanceof z.ZodObject ? Object.keys(shape.shape) : [],
    )
    const found = [...new Set(names.filter((name) => suspicious.test(name)))].sort()
    assert.deepEqual(found, [...HIDDEN_FIELDS].sort())
  })

  it('has the installation’s own, which no account sees', async () => {
    const as = installation
    const account = { login: 'new', pin: '77', country: 'DE' }
    await send('POST', '/v1/accounts', { as, body: account })
    await send('PATCH', '/v1/accounts/new', { as, body: { lines: 3, holidays: { US: ['12-25'] } } })
    const trunk = { name: 'carrier', host: 'sip.example.com', username: 'u', password: 'pa55word' }
    await send('POST', '/v1/trunks', { as, body: trunk })
    assert.deepEqual(await told(as), [
      entry('key:root', 'createAccount', 'account new', { ...account, pin: '****' }),
      entry('key:root', 'editAccount', 'account new', { lines: 3, holidays: { US: ['12-25'] } }),
      entry('key:root', 'createTrunk', 'trunk carrier', { ...trunk, password: '****' }),
    ])
    assert.deepEqual(await told(), [])
    await send('POST', '/v1/account/hold')
    assert.deepEqual(await told(), [entry('owner', 'holdAccount', '')])
    assert.equal((await told(as)).length, 3)
    assert.deepEqual(await told('other:1'), [])
    await send('POST', '/v1/account/resume')
  })

  it('says who has signed in and out', async () => {
    const { context } = calls
    await makeUser()
    const ann = { login: TEST_LOGIN.login, user: 'ann', secret: PASSWORD }
    const one = await signIn(context, { ...ann, address: '192.0.2.1' })
    await signOut(context, one.token)
    await signOut(context, one.token)
    const owner = await signIn(context, { login: TEST_LOGIN.login, secret: TEST_LOGIN.pin })
    const joined = await joinInstallation(context, owner.token, installation)
    await signOutEverywhere(context, joined.session)
    assert.deepEqual(await told(), [
      entry('user:ann', 'signIn', '', { address: '192.0.2.1' }),
      entry('user:ann', 'signOut', ''),
      entry('owner', 'signIn', ''),
      entry('owner', 'signOutEverywhere', ''),
    ])
    const [join] = (await told(installation)) as Entry[]
    assert.deepEqual([join?.actor, join?.action], ['owner@user', 'joinInstallation'])
    assert.deepEqual(join?.detail, { name: 'root' })
  })

  it('says what was tried in vain, but no name that is no user’s, and nothing of other logins', async () => {
    await makeUser()
    const address = '192.0.2.2'
    for (const tried of [{ user: 'ann' }, { user: PASSWORD }, {}, { login: 'nobody' }]) {
      const wrong = signIn(calls.context, { login: 'user', secret: 'no', address, ...tried })
      await assert.rejects(wrong, { code: 'authentication' })
    }
    await until(async () => (await log()).length === 3)
    const subjects = (await log()).map(({ subject }) => subject).sort()
    assert.deepEqual(subjects, ['no such user', 'owner', 'user ann'])
    for (const one of await log()) {
      const { actor, action, detail } = one
      assert.deepEqual([actor, action, detail], ['somebody', 'signInFailed', { address }])
    }
    const [all] = await calls.context.db.query<{ count: number }>(
      'SELECT count(*) AS count FROM audit_log',
    )
    assert.equal(all?.count, 3)
  })

  it('is searched, and read page by page', async () => {
    for (const [day, actor] of ['owner', 'key:crm', 'owner', 'user:ann'].entries()) {
      calls.setNow(new Date(Date.UTC(2030, 0, day + 1)))
      const action = day === 2 ? 'editUser' : 'createUser'
      await audit(calls.context, { accountId, actor, action, subject: `user ${day + 1}` })
    }
    calls.setNow(undefined)
    const subjects = async (query: string) => (await log(query)).map(({ subject }) => subject)
    assert.deepEqual(await subjects('?actor=owner'), ['user 3', 'user 1'])
    assert.deepEqual(await subjects('?action=createUser&actor=owner'), ['user 1'])
    const days = '?from=2030-01-02T00:00:00Z&to=2030-01-04T00:00:00Z'
    assert.deepEqual(await subjects(days), ['user 3', 'user 2'])
    const { body: page } = await send('GET', '/v1/audit-log?limit=3')
    assert.equal(page.entries.length, 3)
    assert.deepEqual(await subjects(`?limit=3&cursor=${page.next_cursor}`), ['user 1'])
    assert.equal((await send('GET', '/v1/audit-log?from=today')).body.field, 'from')
  })

  it('is kept for 400 days', async () => {
    calls.setNow(new Date('2030-01-01T00:00:00Z'))
    await audit(calls.context, { accountId, actor: 'owner', action: 'holdAccount', subject: '' })
    calls.setNow(new Date('2031-02-05T00:00:00Z'))
    assert.equal(await forgetAuditLog(calls.context), 0)
    calls.setNow(new Date('2031-02-05T00:00:00.001Z'))
    assert.equal(await forgetAuditLog(calls.context), 1)
    calls.setNow(undefined)
  })
})

function entry(actor: string, action: string, subject: string, detail?: object): object {
  return { actor, action, subject, ...(detail && { detail }) }
}

async function good(): Promise<void> {}
