import type { Clock, Logger } from '#base'
import type { Database } from './database.ts'
import { EmbeddedPostgres } from './embedded/embedded-postgres.ts'
import { type DatabaseServer, PgDatabase } from './pg-database.ts'

export interface DatabaseOptions {
  /** `postgresql://user:password@host:port/database`. Absent: PostgreSQL of our own in `dataFolder`. */
  readonly url?: string | undefined
  readonly dataFolder: string
  /** Connections at most, besides the one that listens. */
  readonly connections?: number
  readonly log: Logger
  readonly clock: Clock
}

/** Nothing is opened before `start`. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, dataFolder, connections = 10, log, clock } = options
  const server = url === undefined ? new EmbeddedPostgres({ dataFolder, log, clock }) : remote(url)
  return new PgDatabase({ server, connections, log, clock })
}

function remote(url: string): DatabaseServer {
  return { start: async () => url, stop: async () => {} }
}
