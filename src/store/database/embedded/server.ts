import pg from 'pg'
import { type Clock, type Logger, OutdialError, sleep } from '#base'
import { isUnreachable } from '../store-error.ts'
import {
  type ClusterHome,
  clearSocketFolder,
  openSocketFolder,
  removeSocketFolder,
} from './cluster-home.ts'
import { CLUSTER_USER, initializeCluster, readClusterVersion } from './initialize-cluster.ts'
import { type LaunchedPostmaster, launchPostmaster } from './postmaster.ts'
import { isPostmaster, readPostmasterPid } from './postmaster-file.ts'
import { findPrograms } from './programs.ts'

/** Recovery after a crash may take its time; so may a first start on a slow disk. */
const START_TIMEOUT_MS = 120_000
const FAST_STOP_TIMEOUT_MS = 30_000
const IMMEDIATE_STOP_TIMEOUT_MS = 10_000
const POLL_MS = 20
const ASK_TIMEOUT_MS = 2_000

/** A passing reason not to start: the children of a killed postmaster have not all gone yet. */
const STILL_IN_USE = /pre-existing shared memory block/

interface Surroundings {
  readonly log: Logger
  readonly clock: Clock
}

/**
 * Adopts the server of this home, waits for it while it starts or stops, or starts it; resolves
 * when it answers. Call it under the start lock.
 */
export async function ensureServer(home: ClusterHome, { log, clock }: Surroundings): Promise<void> {
  const begunAt = clock.monotonic()
  await openSocketFolder(home)
  let launched: LaunchedPostmaster | undefined
  for (;;) {
    const answer = await ask(home)
    if (answer === 'ready') break
    if (launched?.hasEnded()) {
      await explainEnd(launched)
      launched = undefined
    }
    const pid = await readPostmasterPid(home.data)
    const isAlive = pid !== undefined && (await isPostmaster(pid, home.data))
    if (launched === undefined && answer === 'silent' && !isAlive) {
      launched = await launch(home, pid, log)
    }
    if (clock.monotonic() - begunAt > START_TIMEOUT_MS) throw notReady()
    await sleep(clock, POLL_MS)
  }
  log.info(launched ? 'embedded database started' : 'embedded database adopted', {
    folder: home.folder,
    elapsedMs: Math.round(clock.monotonic() - begunAt),
  })
}

/** Stops the server, where one runs, after the statements in progress were broken off. */
export async function stopServer(home: ClusterHome, { log, clock }: Surroundings): Promise<void> {
  const pid = await readPostmasterPid(home.data)
  if (pid !== undefined && (await isPostmaster(pid, home.data))) {
    process.kill(pid, 'SIGINT')
    if (!(await hasGone(pid, home, clock, FAST_STOP_TIMEOUT_MS))) {
      log.warn('the embedded database does not stop; stopping it at once', { pid })
      process.kill(pid, 'SIGQUIT')
      await hasGone(pid, home, clock, IMMEDIATE_STOP_TIMEOUT_MS)
    }
  }
  await removeSocketFolder(home)
}

/** `ready` to take connections, `busy` starting or stopping, or `silent`. */
async function ask(home: ClusterHome): Promise<'ready' | 'busy' | 'silent'> {
  const client = new pg.Client({
    host: home.socketFolder,
    port: 5432,
    user: CLUSTER_USER,
    database: 'postgres',
    connectionTimeoutMillis: ASK_TIMEOUT_MS,
    query_timeout: ASK_TIMEOUT_MS,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return 'ready'
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) return 'silent'
    // “Too many connections” is an answer as well: it runs.
    return isUnreachable(error) ? 'busy' : 'ready'
  } finally {
    await client.end().catch(() => {})
  }
}

/** `deadPid`: what a lock file of PostgreSQL names that an earlier one has left. */
async function launch(
  home: ClusterHome,
  deadPid: number | undefined,
  log: Logger,
): Promise<LaunchedPostmaster> {
  const majorVersion = await readClusterVersion(home)
  const programs = await findPrograms(home, { majorVersion, log })
  if (majorVersion === undefined) await initializeCluster(home, programs)
  await clearSocketFolder(home)
  return launchPostmaster(home, programs, deadPid)
}

async function explainEnd(launched: LaunchedPostmaster): Promise<void> {
  const words = await launched.readWords()
  if (STILL_IN_USE.test(words)) return
  throw new OutdialError(
    'store-start-failed',
    `The embedded PostgreSQL ended at its start: ${words.slice(-1000) || 'it left no word'}`,
  )
}

async function hasGone(
  pid: number,
  home: ClusterHome,
  clock: Clock,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = clock.monotonic() + timeoutMs
  while (await isPostmaster(pid, home.data)) {
    if (clock.monotonic() >= deadline) return false
    await sleep(clock, POLL_MS)
  }
  return true
}

function notReady(): OutdialError {
  return new OutdialError(
    'store-unavailable',
    'The embedded database does not get ready; it may be recovering from a crash. Look into ' +
      'server.log in its folder and try again.',
    { temporary: true },
  )
}
