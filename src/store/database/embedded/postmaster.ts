import { spawn } from 'node:child_process'
import { open, readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterHome } from './cluster-home.ts'
import { runAs } from './process-owner.ts'
import { PROGRAM_ENVIRONMENT, type Programs } from './programs.ts'

/** The log begins anew where it has grown larger than this. */
const LARGEST_LOG_BYTES = 10_000_000

/** Durable commits, and tables in which rows change state many times before they rest. */
const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '128MB',
  synchronous_commit: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  autovacuum_naptime: '5s',
  jit: 'off',
  random_page_cost: '1.1',
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
}

/** A postmaster that we started. */
export interface LaunchedPostmaster {
  hasEnded(): boolean
  /** What it has written to its log so far. */
  readWords(): Promise<string>
}

/**
 * Starts PostgreSQL in a session of its own, so that Ctrl-C at our terminal reaches us and not it,
 * and so that it outlives us where we are killed.
 *
 * `deadPid`: the process that a left lock file names, where we know that it is not its postmaster.
 * PostgreSQL takes it for alive as long as something has its number (a zombie, a stranger after a
 * restart of the container); as the grandparent's number it is passed over, and PostgreSQL's check
 * of the shared memory still refuses a folder that is in use.
 */
export async function launchPostmaster(
  home: ClusterHome,
  programs: Programs,
  deadPid: number | undefined,
): Promise<LaunchedPostmaster> {
  const { size = 0 } = (await stat(home.logFile).catch(() => undefined)) ?? {}
  if (size > LARGEST_LOG_BYTES) await truncate(home.logFile)
  const log = await open(home.logFile, 'a', 0o600)
  const { size: start } = await log.stat()
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(
    join(programs.folder, 'postgres'),
    ['-D', home.data, '-k', home.socketFolder, '-h', '', '-p', '5432', ...settings],
    {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
      env: {
        ...PROGRAM_ENVIRONMENT,
        ...(deadPid !== undefined && { PG_GRANDPARENT_PID: String(deadPid) }),
      },
      ...runAs(home.owner),
    },
  )
  await log.close()
  child.on('error', () => {})
  child.unref()
  return {
    hasEnded: () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null,
    readWords: async () => (await readFile(home.logFile)).subarray(start).toString().trim(),
  }
}
