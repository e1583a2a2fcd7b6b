// What an upload of a million calls costs, against `COPY` of the same rows into the same table of the
// same server: time, and memory of a server in a process of its own. `-- queue-import --rows=200000`.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { LAB_LOGIN, Lab } from '#test/lab'
import { UploadClient } from '#test/upload-client'
import type { BenchResult } from './run.ts'

const ROWS = Number(process.argv.find((one) => one.startsWith('--rows='))?.slice(7) ?? 1_000_000)
const PIECE_ROWS = 1000
const SAMPLE_EVERY_MS = 50
const PAGE_BYTES = 4096

export async function bench(): Promise<BenchResult> {
  const lab = await Lab.start()
  try {
    const copySeconds = await withDatabase(copyRows)
    const upload = await withDatabase((database) => uploadRows(lab, database))
    const ratio = upload.seconds / copySeconds
    const perSecond = (seconds: number): number => Math.round(ROWS / seconds)
    return {
      name: `Import of ${ROWS} calls`,
      rows: [
        { way: 'COPY', seconds: round(copySeconds), 'rows/s': perSecond(copySeconds), ratio: 1 },
        {
          way: 'queuecalls.php',
          seconds: round(upload.seconds),
          'rows/s': perSecond(upload.seconds),
          ratio: round(ratio),
          'MB above idle': Math.round(upload.peakBytes / 1e6),
        },
      ],
      notes: ['goals: at most 2.5 times the time of COPY; memory less than 150 MB above idle'],
    }
  } finally {
    await lab.stop()
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

async function withDatabase<T>(work: (database: TestDatabase) => Promise<T>): Promise<T> {
  const database = await openTestDatabase()
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** Neighbouring numbers of Massachusetts; all of them valid. */
const numberOf = (row: number): string => `617${2_000_000 + row}`

function* pieces(lineOf: (row: number) => string): Generator<string> {
  for (let first = 0; first < ROWS; first += PIECE_ROWS) {
    let piece = ''
    const end = Math.min(first + PIECE_ROWS, ROWS)
    for (let row = first; row < end; row += 1) piece += lineOf(row)
    yield piece
  }
}

/** One statement, one transaction, the text ready: as fast as this table can be written. */
async function copyRows({ db, url }: TestDatabase): Promise<number> {
  await db.execute(`INSERT INTO accounts (login, pin_hash) VALUES ('bench', 'x')`)
  await db.execute(
    `INSERT INTO campaigns (account_id, name) SELECT account_id, 'bench' FROM accounts`,
  )
  const [list] = await db.query<{ account: number; campaign: number; id: number }>(
    `INSERT INTO call_lists (account_id, campaign_id, kind)
     SELECT account_id, campaign_id, 'bulk' FROM campaigns
     RETURNING account_id AS account, campaign_id AS campaign, list_id AS id`,
  )
  const due = new Date(Date.now() + 1e10).toISOString()
  const key = `${list?.account}\t${list?.campaign}\t${list?.id}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const startedMs = performance.now()
  const stream = client.query(
    copyFrom(
      `COPY calls (account_id, campaign_id, list_id, phone_number, destination, message_reference,
         scheduled_at, due_at, columns, start_url, max_retries, retry_interval_seconds) FROM STDIN`,
    ),
  )
  const lines = pieces((row) => {
    const number = numberOf(row)
    const columns = `{"name":"Callee ${row}"}`
    return `${key}\t${number}\t+1${number}\tref-${row}\t${due}\t${due}\t${columns}\t\\N\t\\N\t\\N\n`
  })
  for (const piece of lines) if (!stream.write(piece)) await once(stream, 'drain')
  stream.end()
  await once(stream, 'finish')
  const seconds = (performance.now() - startedMs) / 1000
  await client.end()
  return seconds
}

async function uploadRows(
  lab: Lab,
  { url, db }: TestDatabase,
): Promise<{ seconds: number; peakBytes: number }> {
  // Without a trunk nothing is dialled.
  const { trunk: _, ...config } = lab.config({ databaseUrl: url })
  const server = await lab.startServer(config)
  // The first upload, of one row, finds what is made once: the account's PIN, the parsers, the pool.
  await upload(lab, server.url, ['destination\n6177123000\n'], 'warm-up')
  const idle = residentBytes(server.pid)
  let peak = idle
  const sampling = setInterval(() => {
    peak = Math.max(peak, residentBytes(server.pid))
  }, SAMPLE_EVERY_MS)
  const startedMs = performance.now()
  const lines = pieces((row) => `${numberOf(row)},Callee ${row},ref-${row}\n`)
  await upload(lab, server.url, withHeader(lines), 'bench')
  const seconds = (performance.now() - startedMs) / 1000
  clearInterval(sampling)
  const [counted] = await db.query<{ calls: number }>('SELECT count(*) AS calls FROM calls')
  if (counted?.calls !== ROWS + 1) throw new Error(`${counted?.calls} calls were stored.`)
  await server.stop()
  return { seconds, peakBytes: peak - idle }
}

async function upload(
  lab: Lab,
  serverUrl: string,
  file: Iterable<string>,
  name: string,
): Promise<void> {
  const start_url = lab.web.url('/start.vxml')
  const fields = { ...LAB_LOGIN, campaign_name: name, start_url, scheduled_time: '+1 year' }
  const reply = await UploadClient.send(serverUrl, { fields, file })
  if (!reply.includes('status="queued"')) throw new Error(reply)
}

function* withHeader(lines: Iterable<string>): Generator<string> {
  yield 'destination,name,message_reference\n'
  yield* lines
}

/** Linux only: what /proc says. */
function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
}
