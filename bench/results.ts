// Results: how many a second are delivered, written down on disk, and how long after their calls have ended;
// beside a bare loop of undici POSTs to the same sink. `-- results --count=20000 --seconds=10`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { createGuardedFetch, onMeasure, silentLogger, systemClock, systemRandom } from '#base'
import { ResultLoop } from '#results'
import { type Database, RESULTS_DUE } from '#store'
import { openTestDatabase } from '#test/database'
import { numberOf } from './figures.ts'
import type { BenchResult } from './run.ts'

const COUNT = numberOf('count', 20_000)
const SECONDS = numberOf('seconds', 10)
/** Posts at once, of either. */
const AT_ONCE = 20
const STEADY_PER_SECOND = 300
const BODY = new URLSearchParams({
  phone_number: '+16177123000',
  message_reference: 'order 17',
  ...{ call_parameters: 'a=1&b=2', campaign_parameters: '', call_id: '112850593' },
  ...{ result: 'completed', callee_type: 'voice', attempts: '1', duration: '17' },
  ...{ last_attempt_timestamp: '1793500000', outcome: 'answered', sip_status: '200' },
  ...{ hangup_by: 'app', campaign_id: '1', campaign_name: 'default', exit: '{"choice":"1"}' },
}).toString()

type Row = BenchResult['rows'][number]

export async function bench(): Promise<BenchResult> {
  const { db, close } = await openTestDatabase()
  const sink = await startSink()
  await db.execute(`INSERT INTO accounts (login, pin_hash) VALUES ('bench', 'x')`)
  await db.execute(
    `INSERT INTO webhook_secrets (account_id, secret) SELECT account_id, $1 FROM accounts`,
    [Buffer.alloc(32, 7).toString('base64')],
  )
  try {
    const direct: number[] = []
    const outbox: number[] = []
    // By turns, since the machine is not the same from one second to the next.
    for (let round = 0; round < 3; round++) {
      direct.push(await postDirectly(sink.url))
      outbox.push(await drain(db, sink.url))
    }
    const rate = Math.round(median(outbox))
    const direct_ = Math.round(median(direct))
    return {
      name: 'results: the embedded PostgreSQL, every try on disk',
      rows: [
        { what: `undici POSTs, ${AT_ONCE} at once`, 'per second': direct_ },
        { what: 'results delivered from a full outbox', 'per second': rate },
        { what: 'of the bare loop', '%': Math.round((100 * rate) / direct_) },
        await steadyLag(db, sink.url),
      ],
      notes: [
        'goal: at least half the rate of the bare loop',
        'lag: from when a result is stored until its receiver has it and that is on disk',
      ],
    }
  } finally {
    sink.stop()
    await close()
  }
}

async function startSink(): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'results', 'sink.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = await once(child.stdout, 'data')
  return { url: `http://127.0.0.1:${Number(port)}/result`, stop: () => child.kill() }
}

/** POSTs a second. */
async function postDirectly(url: string): Promise<number> {
  const dispatcher = new Agent({ connections: AT_ONCE })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  let left = COUNT
  const beganMs = performance.now()
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const { body } = await request(url, { method: 'POST', headers, body: BODY, dispatcher })
      await body.dump()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
  const perSecond = COUNT / ((performance.now() - beganMs) / 1000)
  await dispatcher.close()
  return perSecond
}

/** Deliveries a second, from the first look to the last commit. */
async function drain(db: Database, url: string): Promise<number> {
  await db.execute('TRUNCATE results, result_tries')
  await store(db, url, COUNT)
  await db.execute('VACUUM ANALYZE results')
  const all = Promise.withResolvers<void>()
  let delivered = 0
  const unlisten = onMeasure('result-delivered', () => {
    if (++delivered === COUNT) all.resolve()
  })
  const loop = loopOn(db)
  const beganMs = performance.now()
  await loop.start()
  await all.promise
  const seconds = (performance.now() - beganMs) / 1000
  unlisten()
  await loop.stop()
  return COUNT / seconds
}

async function steadyLag(db: Database, url: string): Promise<Row> {
  await db.execute('TRUNCATE results, result_tries')
  const lags: number[] = []
  const unlisten = onMeasure('result-delivered', ({ lagSeconds }) => lags.push(lagSeconds * 1000))
  const loop = loopOn(db)
  await loop.start()
  const wanted = STEADY_PER_SECOND * SECONDS
  const beganMs = performance.now()
  for (let stored = 0; stored < wanted; stored++) {
    const early = beganMs + (stored * 1000) / STEADY_PER_SECOND - performance.now()
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
    await store(db, url, 1)
  }
  while (lags.length < wanted) await new Promise((resolve) => setTimeout(resolve, 20))
  unlisten()
  await loop.stop()
  lags.sort((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((lags[Math.floor(share * lags.length)] ?? 0) * 10) / 10
  return { what: `lag at ${STEADY_PER_SECOND} a second`, 'p50 ms': at(0.5), 'p99 ms': at(0.99) }
}

function loopOn(db: Database): ResultLoop {
  const fetch = createGuardedFetch({
    allowPrivate: ['127.0.0.0/8'],
    userAgent: 'Outdial/bench',
    clock: systemClock,
  })
  const settings = { concurrencyPerDestination: AT_ONCE }
  return new ResultLoop({
    db,
    fetch,
    clock: systemClock,
    log: silentLogger,
    random: systemRandom,
    settings,
  })
}

let stored = 0

async function store(db: Database, url: string, count: number): Promise<void> {
  await db.execute(
    `INSERT INTO results (account_id, call_id, webhook_id, url, body, due_at)
     SELECT account_id, n, 'msg_' || md5(n::text), $1, $2, date_trunc('milliseconds', now())
     FROM accounts, generate_series($3::integer, $4::integer) n`,
    [url, BODY, stored + 1, stored + count],
  )
  stored += count
  db.notify(RESULTS_DUE)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
