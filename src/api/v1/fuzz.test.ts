import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import type { Hono } from 'hono'
import { OutdialError } from '#base'
import { addApiKey, addTrunk, findAccount } from '#calls'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { addTestCampaign } from '#test/campaign-fixture'
import { fakeDialogues } from '#test/dialogue-tools'
import { type DocumentedOperation, OpenapiJudge } from '#test/openapi-judge'
import { createApi, openapiDocument } from '../index.ts'

/** `OUTDIAL_TEST_FUZZ=5000` for a long run; then with another seed each time. */
const COUNT = Number(process.env['OUTDIAL_TEST_FUZZ'] ?? 500)
const SEED = process.env['OUTDIAL_TEST_FUZZ'] === undefined ? { seed: 7 } : {}

interface Sent {
  readonly operation: DocumentedOperation
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

describe('the JSON interface, asked anything', { timeout: 600_000 }, () => {
  const judge = new OpenapiJudge(openapiDocument())
  const folder = mkdtempSync(join(tmpdir(), 'outdial-fuzz-'))
  let calls: TestCalls
  let api: Hono
  const keys: Record<string, string> = {}

  before(async () => {
    calls = await openTestCalls()
    const context = { ...calls.context, checkUrls: { startUrl: check, resultUrl: check } }
    api = createApi(context, {
      uploadFolder: folder,
      requestsPerMinute: 10_000_000,
      dialogues: fakeDialogues(),
      pingTrunk: async () => ({ state: 'ok', detail: 'It answers.' }),
    })
    const { accountId } = await findAccount(context, TEST_LOGIN.login)
    await addTestCampaign(context.db, { accountId, name: 'c', calls: 20, dueAt: new Date() })
    await addTrunk(context, { name: 'x', host: '127.0.0.1', invalidCallerId: 'decline' })
    for (let n = 0; n < 9; n++) await addApiKey(context, { accountId, name: 'b', role: 'viewer' })
    // Those that the requests are sent with are none that a request is likely to revoke.
    await context.db.query(`SELECT setval(pg_get_serial_sequence('api_keys', 'key_id'), 100000)`)
    keys['account'] = (await addApiKey(context, { accountId, name: 'a', role: 'owner' })).key
    keys['installation'] = (await addApiKey(context, { name: 'i', role: 'owner' })).key
  })
  after(async () => {
    await calls.close()
    rmSync(folder, { recursive: true })
  })

  it(`answers ${COUNT} requests as documented, none of them by a fault of its own`, async () => {
    const statuses = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(requests(judge.operations), async (sent) => {
        const { operation, path, headers, body } = sent
        const key = keys[operation.scope === 'installation' ? 'installation' : 'account']
        const response = await api.request(path, {
          method: operation.method,
          headers: { authorization: `Bearer ${key}`, ...headers },
          ...(body === undefined ? {} : { body }),
        })
        const text = await textOf(response)
        assert.ok(response.status < 500, `${response.status}: ${text}`)
        judge.check(operation, response, text)
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      }),
      { ...SEED, numRuns: COUNT, endOnFailure: true },
    )
    // What is refused at the door tells nothing of what is behind it.
    assert.ok((statuses.get(200) ?? 0) > COUNT / 20, JSON.stringify([...statuses]))
  })
})

/** Half of what comes is what the document asks for. */
function requests(operations: readonly DocumentedOperation[]): fc.Arbitrary<Sent> {
  return fc.constantFrom(...operations).chain((operation) => {
    const of = (place: string) => operation.parameters.filter((one) => one.in === place)
    const values = (place: string) =>
      fc.record(Object.fromEntries(of(place).map(({ name, schema }) => [name, valueFor(schema)])), {
        requiredKeys: of(place)
          .filter(({ required }) => required)
          .map(({ name }) => name),
      })
    return fc
      .record({
        ids: values('path'),
        query: values('query'),
        headers: fc.oneof(fc.constant({}), values('header')),
        body: bodyFor(operation),
        isOdd: fc.nat(9),
      })
      .map(({ ids, query, headers, body, isOdd }) => ({
        ...{ operation, body: body?.text },
        path: `${fill(operation.path, ids)}?${queryText(query, isOdd)}`,
        headers: headersOf(headers, body?.type),
      }))
  })
}

// biome-ignore lint/suspicious/noExplicitAny: schemas of any kind
type Schema = any

const START_URL = 'http://127.0.0.1/start.vxml'
const TEXTS = ['1', 'x', 'c', 'other', '6177123001', '+3 days', '2030-01-01T00:00:00Z', START_URL]
const ANY_TEXT = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: likely(schema) }, fc.jsonValue({ maxDepth: 2 }), ANY_TEXT)
}

function likely(schema: Schema): fc.Arbitrary<unknown> {
  const { type, properties = {}, items, enum: choices, anyOf, minimum, maximum } = schema
  if (Array.isArray(choices)) return fc.constantFrom(...choices)
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map(likely))
  if (type === 'integer') {
    const most = Math.min(maximum ?? 2 ** 40, 2 ** 40)
    return fc.oneof(
      fc.integer({ min: 1, max: 9 }),
      fc.maxSafeInteger(),
      fc.constantFrom(minimum ?? 0, most),
    )
  }
  if (type === 'number') return fc.oneof(fc.double(), fc.integer({ min: 1, max: 9 }))
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'array') return fc.array(likely(items ?? {}), { maxLength: 4 })
  if (type !== 'object') return ANY_TEXT
  const fields = Object.entries(properties).map(([name, one]) => [name, valueFor(one)])
  return fc.record(Object.fromEntries(fields), { requiredKeys: schema.required ?? [] })
}

function bodyFor({ body }: DocumentedOperation) {
  if (body === undefined) return fc.constant(undefined)
  const [[type = '', { schema } = { schema: {} }] = []] = Object.entries(body)
  const list = fc
    .array(fc.oneof(fc.constantFrom('6177123001', '6177123002,x', '"', '12'), ANY_TEXT), {
      maxLength: 6,
    })
    .map((lines) => ['destination', ...lines].join('\n'))
  const good = type === 'text/csv' ? list : likely(schema).map((value) => JSON.stringify(value))
  return fc.record({
    type: fc.oneof({ weight: 8, arbitrary: fc.constant(type) }, ANY_TEXT),
    text: fc.oneof({ weight: 8, arbitrary: good }, fc.json(), ANY_TEXT),
  })
}

function fill(path: string, ids: Readonly<Record<string, unknown>>): string {
  return path.replaceAll(
    /\{(\w+)\}/g,
    (_, name) => encodeURIComponent(wellFormed(ids[name])) || '1',
  )
}

function queryText(query: Readonly<Record<string, unknown>>, isOdd: number): string {
  const pairs = Object.entries(query).map(([name, value]) => [name, wellFormed(value)])
  if (isOdd === 0) pairs.push(...pairs.slice(0, 1))
  return new URLSearchParams(pairs as [string, string][]).toString()
}

function headersOf(
  headers: Readonly<Record<string, unknown>>,
  type: string | undefined,
): Record<string, string> {
  const all = Object.entries({
    ...headers,
    ...(type === undefined ? {} : { 'content-type': type }),
  })
  // What no client can send never comes.
  return Object.fromEntries(
    all.map(([name, value]) => [
      name,
      wellFormed(value)
        .replaceAll(/[^\x20-\x7e]/g, '')
        .trim(),
    ]),
  )
}

function wellFormed(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed()
}

async function check(url: string): Promise<void> {
  if (url === START_URL) return
  throw new OutdialError('start-url-blocked', 'start_url leads elsewhere.', { field: 'start_url' })
}

/** Of a stream that does not end: what it begins with. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'text/event-stream') return response.text()
  const reader = response.body?.getReader()
  const read = await reader?.read()
  await reader?.cancel()
  return Buffer.from(read?.value ?? []).toString()
}
