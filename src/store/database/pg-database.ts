import { finished } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type Clock, errorMessage, type Logger, measure, OutdialError } from '#base'
import { columnParsers } from './column-parsers.ts'
import type { Database, Queryable } from './database.ts'
import { Listener } from './listener.ts'
import { Notifier } from './notifier.ts'
import { commitUnknown, isUnreachable, storeError } from './store-error.ts'

/** The oldest PostgreSQL that has what our statements use, as its version number has it. */
const OLDEST_VERSION = 150_000
const CONNECT_TIMEOUT_MS = 10_000
/** A statement without an answer for so long has lost its server: the connection is discarded. */
const ANSWER_TIMEOUT_MS = 60_000
const IDLE_TIMEOUT_MS = 300_000
/** Texts that are made as they are needed must not fill a server's memory. */
const MOST_PREPARED = 300
/**
 * A process that stands still amid a transaction must not hold the others up with its locks. Set for
 * the transaction, not for the session, which a pooler may lend to others.
 */
const BEGIN = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = '5s'`

/** Where the database is: a server that somebody else runs, or PostgreSQL of our own. */
export interface DatabaseServer {
  /** Resolves to the URL once connections can be made. */
  start(): Promise<string>
  /** Called where the server cannot be reached; once it resolves, the connection is tried again. */
  revive?(): Promise<void>
  stop(): Promise<void>
}

export interface PgDatabaseOptions {
  readonly server: DatabaseServer
  /** Connections at most, besides the one that listens. */
  readonly connections: number
  readonly log: Logger
  readonly clock: Clock
}

/** A pool of connections for statements and one direct connection for notifications. */
export class PgDatabase implements Database {
  readonly #options: PgDatabaseOptions
  readonly #listener: Listener
  readonly #notifier = new Notifier((channels) =>
    this.query(`SELECT pg_notify(channel, '') FROM unnest($1::text[]) AS channel`, [channels]),
  )
  #config: pg.ClientConfig = {}
  #pool: pg.Pool | undefined
  #stopping: Promise<void> | undefined

  constructor(options: PgDatabaseOptions) {
    this.#options = options
    this.#listener = new Listener({ ...options, connect: () => new pg.Client(this.#config) })
  }

  /**
   * May be called again after it failed.
   *
   * @throws OutdialError `store-unavailable`, `store-refused`, `store-too-old`, and the embedded
   *   server's own
   */
  async start(): Promise<void> {
    this.#config = {
      connectionString: await this.#options.server.start(),
      application_name: 'outdial',
      types: columnParsers,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    }
    this.#pool = this.#openPool()
    try {
      await this.#checkVersion()
    } catch (error) {
      await this.#close()
      throw error
    }
    await this.#listener.start()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  notify(channel: string): void {
    this.#listener.wake(channel)
    this.#notifier.notify(channel)
  }

  /** Outside of a transaction every statement commits as it ends. */
  whenCommitted(then: () => void): void {
    then()
  }

  listen(channel: string, wake: () => void): () => void {
    return this.#listener.listen(channel, wake)
  }

  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return this.#borrow('statement', (client) => statementsOn(client).query<Row>(sql, params))
  }

  execute(sql: string, params?: readonly unknown[]): Promise<number> {
    return this.#borrow('statement', (client) => statementsOn(client).execute(sql, params))
  }

  copy(sql: string, rows: Uint8Array): Promise<number> {
    return this.#borrow('statement', (client) => statementsOn(client).copy(sql, rows))
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#borrow('transaction', async (client) => {
      const news = new Set<string>()
      const afterwards: (() => void)[] = []
      const tx = {
        ...statementsOn(client),
        notify: (channel: string) => void news.add(channel),
        whenCommitted: (then: () => void) => void afterwards.push(then),
      }
      await tx.execute(BEGIN)
      try {
        const result = await work(tx)
        await commit(client)
        for (const then of afterwards) then()
        for (const channel of news) this.notify(channel)
        return result
      } catch (error) {
        // A connection that cannot roll back is discarded, and PostgreSQL rolls back for it.
        if (!isLost(error)) await tx.execute('ROLLBACK')
        throw error
      }
    })
  }

  #openPool(): pg.Pool {
    const { connections, log } = this.#options
    const pool = new pg.Pool({
      ...this.#config,
      query_timeout: ANSWER_TIMEOUT_MS,
      max: connections,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
    })
    // Without these two an idle or a borrowed connection that breaks would end the process.
    pool.on('error', (error) => log.warn('database connection lost', { error: error.message }))
    pool.on('connect', (client) => client.on('error', () => {}))
    return pool
  }

  async #checkVersion(): Promise<void> {
    const [server] = await this.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::integer AS version`,
    )
    if (server === undefined || server.version < OLDEST_VERSION) {
      throw new OutdialError(
        'store-too-old',
        `The database is PostgreSQL ${Math.floor((server?.version ?? 0) / 10_000)}; ` +
          'Outdial needs 15 or newer.',
      )
    }
  }

  async #end(): Promise<void> {
    await this.#listener.stop()
    await this.#notifier.stop()
    await this.#close()
  }

  async #close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    await pool?.end()
    await this.#options.server.stop()
  }

  /** Lends a connection to `work` and takes it back, or discards it where it broke. */
  async #borrow<T>(
    kind: 'statement' | 'transaction',
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    const { clock } = this.#options
    const askedMs = clock.monotonic()
    const client = await this.#connect()
    let broken = false
    try {
      const answer = await work(client)
      measure('store-asked', { kind, durationMs: clock.monotonic() - askedMs })
      return answer
    } catch (error) {
      broken = isLost(error)
      throw error
    } finally {
      client.release(broken)
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    const pool = this.#pool
    if (pool === undefined) throw new Error('The database is not started, or stopped already')
    try {
      return await pool.connect()
    } catch (error) {
      const { server, log } = this.#options
      if (server.revive === undefined || !isUnreachable(error)) throw storeError(error)
      log.warn('database not reachable', { error: errorMessage(error) })
      await server.revive()
    }
    return pool.connect().catch((error: unknown) => Promise.reject(storeError(error)))
  }
}

function statementsOn(client: pg.PoolClient): Omit<Queryable, 'notify' | 'whenCommitted'> {
  // Without parameters the simple protocol: a migration's file may hold several statements.
  const run = (sql: string, params?: readonly unknown[]): Promise<pg.QueryResult> =>
    (params === undefined ? client.query(sql) : client.query(prepared(sql, [...params]))).catch(
      (error: unknown) => Promise.reject(storeError(error)),
    )
  return {
    query: async <Row>(sql: string, params?: readonly unknown[]) =>
      (await run(sql, params)).rows as Row[],
    execute: async (sql, params) => (await run(sql, params)).rowCount ?? 0,
    copy: async (sql, rows) => {
      const stream = client.query(copyFrom(sql))
      stream.end(rows)
      await finished(stream).catch((error: unknown) => Promise.reject(storeError(error)))
      return stream.rowCount
    },
  }
}

/**
 * A statement that each connection plans once, not each time it runs: planning takes longer than most of
 * ours. Every text is a constant of a file, so that there are only so many.
 */
function prepared(text: string, values: unknown[]): pg.QueryConfig {
  const name = names.get(text) ?? `outdial_${names.size}`
  if (names.size < MOST_PREPARED) names.set(text, name)
  return names.has(text) ? { name, text, values } : { text, values }
}

const names = new Map<string, string>()

async function commit(client: pg.PoolClient): Promise<void> {
  const done = await client.query('COMMIT').catch((error: unknown) => {
    throw isUnreachable(error) ? commitUnknown(error) : storeError(error)
  })
  // PostgreSQL answers ROLLBACK, and no error, where a statement had failed and `work` hid it.
  if (done.command !== 'COMMIT')
    throw new Error('Rolled back: a statement before COMMIT had failed')
}

function isLost(error: unknown): boolean {
  return isUnreachable(error instanceof OutdialError ? error.cause : error)
}
