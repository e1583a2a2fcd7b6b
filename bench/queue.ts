// The queue: how fast it takes calls in, how fast it gives them out, how punctually, and how soon after a
// restart; beside two queues of others on the same server. `-- queue --seconds=5 --most=1000000`.
import { openTestDatabase, type TestDatabase } from '#test/database'
import { Lab } from '#test/lab'
import { numberOf, percentiles } from './figures.ts'
import { measureCycles, oneByOne, together, wholeAttempts } from './queue/cycles.ts'
import { measureGraphileWorker, measurePgBoss } from './queue/peers.ts'
import { queueCalls } from './queue/queued-calls.ts'
import { measureDelays, measureRequests, measureRestart } from './queue/servers.ts'
import type { BenchResult } from './run.ts'

const SECONDS = numberOf('seconds', 5)
const MOST = numberOf('most', 1_000_000)
const SIZES = [10_000, 100_000, 1_000_000].filter((size) => size <= MOST)
const PEER_JOBS = 100_000
const DUE_CALLS = 1000

type Row = BenchResult['rows'][number]

export async function bench(): Promise<BenchResult> {
  const database = await openTestDatabase()
  try {
    const rows = [
      ...(await requests(database)),
      ...(await cycles(database)),
      ...(await peers(database)),
      await delays(database),
      await restart(database),
    ]
    return {
      name: 'queue: the embedded PostgreSQL, every write on disk before it counts',
      rows,
      notes: [
        'import: npm run bench -- queue-import',
        'one commit each: 32 at a time; together: 200 in one transaction, as the peers’ batches',
        'with results: a job that ends leaves another one, as a call its result; bare jobs leave nothing',
        'goals: 4,000 and 12,000 cycles a second, at 1 million no less than 80 % of the rate at 10 thousand',
      ],
    }
  } finally {
    await database.close()
  }
}

async function requests({ url }: TestDatabase): Promise<Row[]> {
  const lab = await Lab.start()
  const server = await lab.startServer(lab.config({ databaseUrl: url }))
  const rows: Row[] = []
  for (const clients of [1, 32]) {
    const { perSecond, ms } = await measureRequests(lab, server.url, { clients, seconds: SECONDS })
    const what = `queuecall.php, ${clients === 1 ? 'one client' : `${clients} clients`}`
    rows.push({ what, 'per second': Math.round(perSecond), ...percentiles(ms) })
  }
  await lab.stop()
  return rows
}

async function cycles({ db }: TestDatabase): Promise<Row[]> {
  const rows: Row[] = []
  const ways = [
    ['one commit each', oneByOne],
    ['together', together],
    ['with its attempt', wholeAttempts],
  ] as const
  for (const queued of SIZES) {
    const urls = { startUrl: 'http://127.0.0.1/', resultUrl: 'http://127.0.0.1/' }
    let node = await queueCalls(db, queued, urls)
    for (const [way, finish] of ways) {
      const perSecond = await measureCycles(db, { node, seconds: SECONDS, finish })
      // A million are hardly fewer after a few seconds.
      if (queued < 1_000_000) node = await queueCalls(db, queued, urls)
      const what = `claim → finish, ${queued} queued, ${way}`
      rows.push({ what, 'per second': Math.round(perSecond) })
    }
  }
  return rows
}

async function peers({ url }: TestDatabase): Promise<Row[]> {
  const rows: Row[] = []
  const ways = [
    ['pg-boss', measurePgBoss],
    ['graphile-worker', measureGraphileWorker],
  ] as const
  for (const leavesResult of [true, false]) {
    for (const [name, measure] of ways) {
      for (const isTogether of [false, true]) {
        const options = { queued: PEER_JOBS, seconds: SECONDS, together: isTogether, leavesResult }
        const perSecond = await measure(url, options)
        const how = isTogether ? 'together' : 'one commit each'
        const what = `${name}, ${PEER_JOBS} ${leavesResult ? 'with results' : 'bare jobs'}, ${how}`
        rows.push({ what, 'per second': Math.round(perSecond) })
      }
    }
  }
  return rows
}

async function delays({ db, url }: TestDatabase): Promise<Row> {
  const ms = await measureDelays(db, url, DUE_CALLS)
  return { what: 'due → INVITE, 100 calls a second', ...percentiles(ms), 'goal ms': 250 }
}

async function restart({ db, url }: TestDatabase): Promise<Row> {
  const tookMs = await measureRestart(db, url, MOST)
  const what = `start of the process → first INVITE, ${MOST} queued`
  return { what, 'p50 ms': Math.round(tookMs), 'goal ms': 5000 }
}
