// The JSON interface with a million calls stored: requests a second and how long each takes, over HTTP to a server
// in a process of its own; and what the indexes of its searches cost where calls are claimed and finished.
// `-- api --seconds=3 --most=1000000`.
import type { Database } from '#store'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { LAB_LOGIN, Lab } from '#test/lab'
import { storeCalls } from '#test/stored-calls'
import { numberOf, percentiles } from './figures.ts'
import { measureCycles, oneByOne } from './queue/cycles.ts'
import { queueCalls } from './queue/queued-calls.ts'
import type { BenchResult } from './run.ts'

const SECONDS = numberOf('seconds', 3)
const MOST = numberOf('most', 1_000_000)
const CYCLED_CALLS = 50_000
const AUTHORIZATION = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`

type Row = BenchResult['rows'][number]

export async function bench(): Promise<BenchResult> {
  const database = await openTestDatabase()
  try {
    const rows = [...(await requests(database)), ...(await indexes(database.db))]
    return {
      name: `api: ${MOST} calls stored, nine in ten ended`,
      rows,
      notes: [
        'each kind of request alone, by so many clients one after the other, over HTTP to one server',
        'goal: lists and progress under 50 ms at the median',
        'cycles: claim → finish, one commit each, with and without the indexes of the searches',
      ],
    }
  } finally {
    await database.close()
  }
}

async function requests({ db, url }: TestDatabase): Promise<Row[]> {
  const lab = await Lab.start()
  const config = lab.config({ databaseUrl: url, requests: { requestsPerMinute: 10_000_000 } })
  const server = await lab.startServer(config)
  const stored = await storeCalls(db, LAB_LOGIN.login, MOST)
  const get = (path: string) => () => fetch(server.url + path, GET)
  const anyCall = (): string => String(stored.firstId + Math.floor(Math.random() * MOST))
  const body = JSON.stringify({
    ...{ phone_number: '6177123000', start_url: lab.web.url('/start.vxml') },
    scheduled_time: '+1 year',
  })
  const kinds: readonly (readonly [string, () => Promise<Response>])[] = [
    ['queue: POST /v1/calls', () => fetch(`${server.url}/v1/calls`, { ...POST, body })],
    ['status: GET /v1/calls/ID', () => get(`/v1/calls/${anyCall()}`)()],
    ['progress: GET /v1/campaigns/ID', get(`/v1/campaigns/${stored.campaignId}`)],
    ['list: the newest hundred', get('/v1/calls')],
    ['list: of the campaign', get(`/v1/calls?campaign_id=${stored.campaignId}`)],
    ['list: queued', get('/v1/calls?state=queued')],
    ['list: ended', get('/v1/calls?state=ended')],
    ['list: answered (in progress)', get('/v1/calls?state=answered')],
    ['list: a common outcome', get('/v1/calls?outcome=no-answer')],
    ['list: a rare outcome', get('/v1/calls?outcome=app-error')],
    ['list: a number', get(`/v1/calls?phone_number=%2B${stored.number}`)],
    ['list: a reference', get(`/v1/calls?message_reference=${stored.reference}`)],
    ['list: an hour of long ago', get(`/v1/calls?${stored.hour}`)],
    [
      'list: a rare outcome of the campaign',
      get(`/v1/calls?campaign_id=${stored.campaignId}&outcome=app-error`),
    ],
  ]
  const rows: Row[] = []
  for (const [what, send] of kinds) {
    for (const clients of [1, 16]) rows.push(await measure(what, send, clients))
  }
  await lab.stop()
  return rows
}

const GET = { headers: { authorization: AUTHORIZATION } }
const POST = {
  method: 'POST',
  headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
}

async function measure(what: string, send: () => Promise<Response>, clients: number): Promise<Row> {
  const ms: number[] = []
  const beganMs = performance.now()
  const client = async (): Promise<void> => {
    while (performance.now() - beganMs < SECONDS * 1000) {
      const sentMs = performance.now()
      const response = await send()
      const text = await response.text()
      if (!response.ok) throw new Error(`${what}: ${response.status} ${text}`)
      ms.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const perSecond = Math.round(ms.length / ((performance.now() - beganMs) / 1000))
  return { what: `${what}, ${clients}`, 'per second': perSecond, ...percentiles(ms) }
}

const SEARCH_INDEXES = ['calls_by_number', 'calls_by_reference', 'calls_by_campaign']

/** By what is written, which no neighbour of a shared machine changes. */
async function indexes(db: Database): Promise<Row[]> {
  // Whole pages are written after each checkpoint, whoever changes them.
  await db.execute('ALTER SYSTEM SET full_page_writes = off')
  await db.query('SELECT pg_reload_conf()')
  const rows: Row[] = []
  for (const [how, drop] of [
    ['with', false],
    ['without', true],
  ] as const) {
    if (drop) await db.execute(`DROP INDEX ${SEARCH_INDEXES.join(', ')}`)
    const node = await queueCalls(db, CYCLED_CALLS, { startUrl: 'http://127.0.0.1/' })
    const before = await writtenBytes(db)
    const perSecond = await measureCycles(db, { node, seconds: SECONDS, finish: oneByOne })
    const bytes = (await writtenBytes(db)) - before
    rows.push({
      what: `cycles ${how} the indexes of searches`,
      'per second': Math.round(perSecond),
      'WAL bytes a call': Math.round(bytes / (perSecond * SECONDS)),
    })
  }
  return rows
}

async function writtenBytes(db: Database): Promise<number> {
  const [row] = await db.query<{ bytes: number }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes`,
  )
  return row?.bytes ?? 0
}
