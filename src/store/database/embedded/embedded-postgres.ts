import { join } from 'node:path'
import { type Clock, errorMessage, type Logger, OutdialError } from '#base'
import type { DatabaseServer } from '../pg-database.ts'
import { type ClusterHome, openClusterHome, openDataFolder } from './cluster-home.ts'
import { FileLock } from './file-lock.ts'
import { CLUSTER_USER } from './initialize-cluster.ts'
import { ensureServer, stopServer } from './server.ts'

/** As long as a server may take to start or to stop, and more. */
const LOCK_TIMEOUT_MS = 150_000

export interface EmbeddedPostgresOptions {
  readonly dataFolder: string
  readonly log: Logger
  /** A real one: PostgreSQL's processes do not follow a virtual clock. */
  readonly clock: Clock
}

/**
 * PostgreSQL of our own, for everybody who uses the same data folder: the first process starts it,
 * others adopt it, the last one to leave stops it. Two locks decide, both kept by the kernel:
 *
 * - `postgresql-start.lock`, held alone while the server is looked for, started or stopped;
 * - `postgresql-clients.lock`, held shared by all who use the server, so that whoever gets it alone
 *   knows to be the last.
 *
 * A process that is killed drops its locks and leaves the server to the next start.
 */
export class EmbeddedPostgres implements DatabaseServer {
  readonly #options: EmbeddedPostgresOptions
  #starting: FileLock | undefined
  #using: FileLock | undefined
  #home: ClusterHome | undefined
  #reviving: Promise<void> | undefined

  constructor(options: EmbeddedPostgresOptions) {
    this.#options = options
  }

  /**
   * Resolves to the server's URL, once it answers.
   *
   * @throws OutdialError `store-unavailable` (others hold the start lock for too long, or a recovery
   *   goes on), `store-start-failed`, `store-no-programs`, `store-no-user`, `store-folder-denied`,
   *   `store-folder-unlockable`
   */
  async start(): Promise<string> {
    const folder = await openDataFolder(this.#options.dataFolder)
    try {
      this.#starting = await FileLock.open(join(folder, 'postgresql-start.lock'))
      this.#using = await FileLock.open(join(folder, 'postgresql-clients.lock'))
      const home = await this.#underStartLock(() => openClusterHome(folder, this.#options.log))
      this.#home = home
      await this.revive()
      const host = encodeURIComponent(home.socketFolder)
      return `postgresql://${CLUSTER_USER}@/postgres?host=${host}&port=5432`
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Makes sure that the server runs, whatever became of it. */
  revive(): Promise<void> {
    this.#reviving ??= this.#underStartLock(() => this.#join()).finally(() => {
      this.#reviving = undefined
    })
    return this.#reviving
  }

  /** Leaves the server; stops it where nobody else uses it. Twice-safe. */
  async stop(): Promise<void> {
    await this.#reviving?.catch(() => {})
    const home = this.#home
    this.#home = undefined
    try {
      if (home !== undefined) await this.#underStartLock(() => this.#leave(home))
    } catch (error) {
      const fields = { error: errorMessage(error) }
      this.#options.log.warn('the embedded database was left running', fields)
    }
    this.#using?.close()
    this.#starting?.close()
  }

  async #join(): Promise<void> {
    if (this.#home === undefined) return
    // It is held alone under the start lock only, so a shared one is to be had.
    if (!this.#using?.tryAcquire('shared')) throw unavailable('a stranger holds its lock')
    await ensureServer(this.#home, this.#options)
  }

  async #leave(home: ClusterHome): Promise<void> {
    if (this.#using?.tryAcquire('exclusive')) await stopServer(home, this.#options)
    this.#using?.release()
  }

  async #underStartLock<T>(work: () => Promise<T>): Promise<T> {
    const lock = this.#starting
    if (!(await lock?.acquire('exclusive', this.#options.clock, LOCK_TIMEOUT_MS))) {
      throw unavailable('another process has been starting or stopping it for minutes')
    }
    return work().finally(() => lock?.release())
  }
}

function unavailable(fault: string): OutdialError {
  return new OutdialError('store-unavailable', `The embedded database cannot be used: ${fault}.`, {
    temporary: true,
  })
}
