import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Hono } from 'hono'
import { addAccount, addApiKey, addProfile, addTrunk, addUser, findAccount, signIn } from '#calls'
import { ROLES, type Role } from '#model'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { addTestCampaign, type TestCampaign } from '#test/campaign-fixture'
import { fakeDialogues } from '#test/dialogue-tools'
import { type DocumentedOperation, OpenapiJudge } from '#test/openapi-judge'
import { createApi, openapiDocument } from '../index.ts'

const DUE = new Date('2030-01-01T12:00:00Z')
const START_URL = 'http://127.0.0.1/start.vxml'
const RESULT_URL = 'http://127.0.0.1/result'
const UPLOAD = `?start_url=${encodeURIComponent(START_URL)}&campaign_name=`
const PASSWORD = 'correct horse battery'
const LIST = 'destination,Name\n6177123001,Ann\n12,Bob\n'

type Ids = Readonly<Record<string, string | number>>

/** A request that an operation takes; its ids come from the fixture. */
interface Case {
  readonly query?: string
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  readonly status?: number
}

/** By operation: what it takes, in an order in which all of them succeed. */
const CASES: Readonly<Record<string, Case>> = {
  getOverview: {},
  listCalls: { query: '?limit=2&state=queued&created_from=2020-01-01T00:00:00Z' },
  queueCall: {
    body: { phone_number: '6177123000', start_url: START_URL, scheduled_time: '+3 days' },
    headers: { 'idempotency-key': 'one' },
    status: 201,
  },
  getCall: {},
  explainCall: {},
  traceCall: {},
  getPcap: {},
  listRecordings: {},
  getRecording: {},
  cancelCall: { body: { hang_up: true } },
  exportCalls: { query: '?format=ndjson' },
  listCampaigns: { query: '?limit=1&before=999&over=false' },
  createCampaign: {
    query: `${UPLOAD}new&lines=3&calling_window=mon-fri 09:00-17:00`,
    body: LIST,
    status: 201,
  },
  getCampaign: {},
  editCampaign: { body: { lines: 7, expiration_time: null }, headers: { 'if-match': '"1"' } },
  getCampaignStatistics: {},
  listCampaignCalls: {},
  addCampaignCalls: { query: '?duplicates=drop', body: LIST, status: 201 },
  listRefusedRows: { query: '?limit=1' },
  pauseCampaign: {},
  resumeCampaign: {},
  cancelPendingOfCampaign: {},
  drainCampaign: {},
  cancelCampaign: {},
  previewCampaign: { query: '?lines=2', body: LIST },
  checkList: { query: '?duplicates=drop', body: LIST },
  exportRefusedRows: { query: '?separator=comma', body: LIST },
  createSchedule: {
    body: { name: 'new', calling_window: 'mon-fri 09:00-17:00', holidays: { US: ['12-25'] } },
    status: 201,
  },
  listSchedules: { query: '?limit=1&after=a' },
  getSchedule: {},
  editSchedule: {
    body: { calling_window: { sat: ['10:00-14:00'] }, holidays: null },
    headers: { 'if-match': '"1"' },
  },
  removeSchedule: { status: 204 },
  createPacingProfile: { body: { name: 'new', lines: 3, weight: 0.5 }, status: 201 },
  listPacingProfiles: {},
  getPacingProfile: {},
  editPacingProfile: { body: { calls_per_second: 1.5 }, headers: { 'if-match': '"1"' } },
  removePacingProfile: { status: 204 },
  forbidNumbers: { body: { numbers: ['6177123009'], reason: 'asked' } },
  listForbiddenNumbers: { query: '?after=%2B16177123000' },
  importForbiddenNumbers: { body: LIST },
  permitNumbers: { body: { numbers: ['6177123009'] } },
  startTrial: { body: { document: '<vxml/>', trace: true, fields: { a: 'b' } }, status: 201 },
  moveTrial: { body: { transfer: 'busy', duration_ms: 10, say: 'hello' } },
  listTrials: {},
  getTrial: {},
  endTrial: { status: 204 },
  checkDocument: { body: { document_url: START_URL } },
  speak: { query: '?text=hello' },
  streamEvents: { headers: { 'last-event-id': '0-call-1' } },
  listResults: { query: '?limit=1&state=undeliverable' },
  getResult: {},
  replayResult: {},
  replayResults: { body: { state: 'undeliverable', from: '2020-01-01T00:00:00Z' } },
  listDisabledUrls: {},
  enableUrl: { body: { url: RESULT_URL }, status: 204 },
  getAccount: {},
  holdAccount: {},
  resumeAccount: {},
  cancelPending: {},
  getWebhookSecret: {},
  rotateWebhookSecret: { body: { keep_old: 60 } },
  createKey: { body: { name: 'k', role: 'viewer', life: 3600 }, status: 201 },
  listKeys: {},
  revokeKey: { status: 204 },
  createUser: { body: { name: 'new', role: 'viewer', password: PASSWORD }, status: 201 },
  listUsers: { query: '?limit=1' },
  listSessions: { query: '?limit=1' },
  endSession: { status: 204 },
  editUser: { body: { role: 'owner', password: PASSWORD } },
  removeUser: { status: 204 },
  listAuditLog: { query: '?limit=1&action=createKey&from=2020-01-01T00:00:00Z' },
  createAccount: { body: { login: 'new', pin: '1', country: 'DE' }, status: 201 },
  listAccounts: { query: '?limit=1' },
  getAccountOf: {},
  editAccount: {
    body: {
      number_cap: 3,
      minutes_per_day: 900,
      destinations: ['US', '!+1900'],
      holidays: { US: ['12-25'] },
    },
  },
  createTrunk: { body: { name: 'next', host: 'sip.example.com', codecs: ['PCMA'] }, status: 201 },
  listTrunks: {},
  getTrunk: {},
  pingTrunk: {},
  editTrunk: { body: { lines: 4, cps: null, username: 'u', password: 'secret' } },
}

describe('the contract of the JSON interface', { timeout: 120_000 }, () => {
  const judge = new OpenapiJudge(openapiDocument())
  const folder = mkdtempSync(join(tmpdir(), 'outdial-contract-'))
  let calls: TestCalls
  let api: Hono
  /** The ids of one account, and of another. */
  let ids: Ids
  let foreignIds: Ids
  const keys = { account: new Map<Role, string>(), installation: new Map<Role, string>() }

  before(async () => {
    calls = await openTestCalls()
    const context = { ...calls.context, checkUrls: { startUrl: good, resultUrl: good } }
    api = createApi(context, {
      uploadFolder: folder,
      heartbeatMs: 50,
      openRecording: async () => pieces(),
      openPcap: async () => pieces(),
      dialogues: fakeDialogues(),
      pingTrunk: async () => ({ state: 'warning', detail: 'Silence.', cure: 'Wait.' }),
    })
    await addTrunk(context, { name: 'trunk', host: '127.0.0.1', invalidCallerId: 'decline' })
    await addAccount(context, { login: 'other', pin: '1' })
    ids = await fill(TEST_LOGIN.login)
    foreignIds = await fill('other')
    const { accountId } = await findAccount(context, TEST_LOGIN.login)
    for (const role of ROLES) {
      keys.account.set(role, (await addApiKey(context, { accountId, name: role, role })).key)
      keys.installation.set(role, (await addApiKey(context, { name: role, role })).key)
    }
  })
  after(async () => {
    await calls.close()
    rmSync(folder, { recursive: true })
  })

  async function fill(login: string): Promise<Ids> {
    const { context } = calls
    const { accountId } = await findAccount(context, login)
    const campaign: TestCampaign = await addTestCampaign(context.db, {
      ...{ accountId, name: 'c', calls: 3, dueAt: DUE },
    })
    const [callId = 0] = campaign.callIds
    await context.db.execute(
      `INSERT INTO recordings (account_id, call_id, attempt, node_id, name, bytes, duration_ms)
       VALUES ($1, $2, 1, 'n1', 'a.wav', 4, 2000)`,
      [accountId, callId],
    )
    await context.db.execute(
      `INSERT INTO results (account_id, call_id, webhook_id, url, body, state, why, due_at, ended_at)
       VALUES ($1, $2, $3, $4, 'result=failed', 'undeliverable', 'gone', now(), now())`,
      [accountId, callId, `msg_${login}`, RESULT_URL],
    )
    await context.db.execute(
      `INSERT INTO disabled_result_urls (account_id, url, webhook_id) VALUES ($1, $2, $3)`,
      [accountId, RESULT_URL, `msg_${login}`],
    )
    const { keyId } = await addApiKey(context, { accountId, name: 'n', role: 'viewer' })
    const { userId } = await addUser(context, {
      ...{ accountId, fields: { name: 'ann', role: 'viewer', password: PASSWORD } },
    })
    const { session } = await signIn(context, { login, user: 'ann', secret: PASSWORD })
    const schedule = `hours of ${login}/${accountId}`
    const pacing = `pace of ${login}`
    for (const profile of [
      { kind: 'schedule', name: schedule, fields: { calling_window: 'mon 09:00-17:00' } },
      { kind: 'pacing_profile', name: pacing, fields: { lines: 2 } },
    ] as const) {
      await addProfile(context, { accountId, ...profile })
    }
    const named = { login: 'other', trunk: 'trunk', schedule, pacing_profile: pacing }
    return {
      call_id: callId,
      campaign_id: campaign.campaignId,
      list_id: campaign.listId,
      key_id: keyId,
      user_id: userId,
      session_id: session.sessionId,
      attempt: 1,
      result_id: `msg_${login}`,
      trial_id: `trial-of-${login}`,
      ...named,
    }
  }

  async function ask(
    operation: DocumentedOperation,
    given: Case & { readonly key?: string | undefined; readonly ids?: Ids },
  ): Promise<{ status: number; code: string | undefined; text: string; headers: Headers }> {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(String((given.ids ?? ids)[name])),
    )
    const isText = typeof given.body === 'string'
    const response = await api.request(path + (given.query ?? ''), {
      method: operation.method,
      headers: {
        ...(given.key === undefined ? {} : { authorization: `Bearer ${given.key}` }),
        ...(given.body && { 'content-type': isText ? 'text/csv' : 'application/json' }),
        ...given.headers,
      },
      ...(given.body && { body: isText ? String(given.body) : JSON.stringify(given.body) }),
    })
    const text = await textOf(response)
    judge.check(operation, response, text)
    const isProblem = response.headers.get('content-type') === 'application/problem+json'
    const code = isProblem ? JSON.parse(text).code : undefined
    return { status: response.status, code, text, headers: response.headers }
  }

  const keyOf = ({ scope }: DocumentedOperation, role: Role): string | undefined =>
    keys[scope === 'installation' ? 'installation' : 'account'].get(role)

  it('has a case for every operation', () => {
    const documented = judge.operations.map(({ id }) => id).sort()
    assert.deepEqual(Object.keys(CASES).sort(), documented)
  })

  for (const operation of judge.operations) {
    const { id } = operation
    it(`asks for a key, and of the right kind: ${id}`, async () => {
      assert.equal((await ask(operation, {})).status, 401)
      assert.equal((await ask(operation, { key: 'odk_no' })).code, 'authentication')
      const lower = ROLES[ROLES.indexOf(operation.role) - 1]
      if (lower !== undefined) {
        const low = await ask(operation, { ...CASES[id], key: keyOf(operation, lower) })
        assert.equal(low.code, 'role-not-allowed')
      }
      if (operation.scope === 'either') return
      const other = operation.scope === 'account' ? 'installation' : 'account'
      const wrong = await ask(operation, { ...CASES[id], key: keys[other].get('owner') })
      assert.equal(wrong.code, 'role-not-allowed')
    })

    it(`refuses what it does not know: ${id}`, async () => {
      const key = keyOf(operation, operation.role)
      const query = await ask(operation, { ...CASES[id], key, query: '?nonsense=1' })
      assert.deepEqual([query.status, query.code], [422, 'parameter-invalid'])
      if (operation.body === undefined) return
      const { query: good = '' } = CASES[id] ?? {}
      const isList = 'text/csv' in operation.body
      const body = await ask(operation, { key, query: good, body: { nonsense: 1 } })
      assert.equal(body.status, isList ? 415 : 422, body.text)
      const empty = await ask(operation, {
        key,
        query: good,
        headers: { 'content-type': 'x/y' },
        body: '-',
      })
      assert.equal(empty.status, 415)
    })

    if (!/\{/.test(operation.path)) continue
    it(`shows nothing of another account, and nothing that is not there: ${id}`, async () => {
      const key = keyOf(operation, operation.role)
      const absent = { ...ids, ...ABSENT }
      for (const others of operation.scope === 'installation' ? [absent] : [foreignIds, absent]) {
        const answer = await ask(operation, { ...CASES[id], key, ids: others })
        assert.equal(answer.status, 404, answer.text)
      }
    })
  }

  it('does what it is asked for, and tells it as documented', async () => {
    for (const [id, given] of Object.entries(CASES)) {
      const operation = judge.operations.find((one) => one.id === id)
      assert.ok(operation)
      const answer = await ask(operation, { ...given, key: keyOf(operation, operation.role) })
      assert.equal(answer.status, given.status ?? 200, `${id}: ${answer.text}`)
      assert.match(answer.headers.get('ratelimit') ?? '', /^"requests";r=\d+;t=\d+$/)
      assert.ok(!answer.text.includes('secret"') || id.endsWith('Secret'), id)
    }
  })
})

const ABSENT: Ids = {
  call_id: 999_999,
  campaign_id: 999_999,
  list_id: 999_999,
  result_id: 'msg_none',
  key_id: 999_999,
  user_id: 999_999,
  session_id: 999_999,
  trial_id: 'none',
  login: 'x',
  trunk: 'x',
  schedule: 'x',
  pacing_profile: 'x',
}

async function good(): Promise<void> {}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('RIFF')
}

/** Of a stream that does not end: what it begins with. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'text/event-stream') return response.text()
  const reader = response.body?.getReader()
  const read = await reader?.read()
  await reader?.cancel()
  return Buffer.from(read?.value ?? []).toString()
}
