import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { WriteGroup } from '#base'

const BATCH = 200
const CONNECTIONS = 10
const JOB = { phone_number: '16177123000', start_url: 'http://127.0.0.1/', reference: 'row' }
const RESULT = { body: new URLSearchParams({ result: 'completed', duration: '12' }).toString() }

export interface PeerOptions {
  readonly queued: number
  readonly seconds: number
  /** What ends together is written together; else a commit each. */
  readonly together: boolean
  /** A job that ends leaves its result, another job, as a call does in our outbox. */
  readonly leavesResult: boolean
}

/** Jobs a second that are fetched and completed. */
export async function measurePgBoss(url: string, options: PeerOptions): Promise<number> {
  const { queued, seconds, together, leavesResult } = options
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
  const boss = new PgBoss({
    connectionString: url,
    max: CONNECTIONS,
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => {})
  await boss.start()
  const [queue, results] = [`calls_${together}_${leavesResult}`, 'results']
  await boss.createQueue(queue)
  await boss.createQueue(results)
  for (let left = queued; left > 0; left -= 10_000) {
    const count = Math.min(left, 10_000)
    await boss.insert(
      queue,
      Array.from({ length: count }, () => ({ data: JOB })),
    )
  }
  await analyze(url)
  const end = (ids: string[]): Promise<unknown> =>
    leavesResult
      ? inTransaction(pool, async (client) => {
          const db = {
            executeSql: (sql: string, values?: unknown[]) => client.query(sql, values ?? []),
          }
          await boss.complete(queue, ids, undefined, { db })
          const jobs = ids.map(() => ({ data: RESULT }))
          await boss.insert(results, jobs, { db })
        })
      : boss.complete(queue, ids)
  const beganMs = performance.now()
  let cycles = 0
  for (let next = boss.fetch(queue, { batchSize: BATCH }); isWithin(beganMs, seconds); ) {
    const jobs = await next
    if (jobs.length === 0) break
    next = boss.fetch(queue, { batchSize: BATCH })
    const ids = jobs.map(({ id }) => id)
    if (together) await end(ids)
    else await Promise.all(ids.map((id) => end([id])))
    cycles += jobs.length
  }
  const perSecond = cycles / ((performance.now() - beganMs) / 1000)
  await boss.stop({ graceful: false })
  await pool.end()
  return perSecond
}

/** Jobs a second, with 32 at once; `together`: with its local queue and its batched completion. */
export async function measureGraphileWorker(url: string, options: PeerOptions): Promise<number> {
  const { queued, seconds, together, leavesResult } = options
  const logger = new Logger(() => () => {})
  const schema = `worker_${together}_${leavesResult}`
  const utils = await makeWorkerUtils({ connectionString: url, logger, schema })
  await utils.migrate()
  await utils.withPgClient(async (client) => {
    await client.query(
      `SELECT ${schema}.add_jobs(array_agg(
         json_populate_record(NULL::${schema}.job_spec,
           json_build_object('identifier', 'call', 'payload', $2::json))))
       FROM generate_series(1, $1::integer)`,
      [queued, JSON.stringify(JOB)],
    )
  })
  await analyze(url)
  const results = new WriteGroup<typeof RESULT, unknown>({
    write: (payloads) =>
      utils.addJobs(payloads.map((payload) => ({ identifier: 'result', payload }))),
    atOnce: together ? 2 : CONNECTIONS,
    most: together ? BATCH : 1,
    concernsAll: () => true,
  })
  let cycles = 0
  const isEmpty = Promise.withResolvers<void>()
  const call = async (): Promise<void> => {
    if (leavesResult) await results.add(RESULT)
    if (++cycles === queued) isEmpty.resolve()
  }
  const batched = { completeJobBatchDelay: 0, failJobBatchDelay: 0, localQueue: { size: BATCH } }
  const runner = await run({
    connectionString: url,
    logger,
    schema,
    noHandleSignals: true,
    taskList: { call },
    preset: {
      worker: {
        concurrentJobs: together ? BATCH : 32,
        maxPoolSize: CONNECTIONS,
        ...(together ? batched : {}),
      },
    },
  })
  const [beganMs, before] = [performance.now(), cycles]
  const isOver = new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  await Promise.race([isOver, isEmpty.promise])
  const perSecond = (cycles - before) / ((performance.now() - beganMs) / 1000)
  await runner.stop()
  await utils.release()
  return perSecond
}

async function inTransaction(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<unknown>,
): Promise<void> {
  const client = await pool.connect()
  await client.query('BEGIN')
  await work(client)
  await client.query('COMMIT')
  client.release()
}

function isWithin(beganMs: number, seconds: number): boolean {
  return performance.now() - beganMs < seconds * 1000
}

async function analyze(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('ANALYZE')
  await client.end()
}
