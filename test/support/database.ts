import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, silentLogger, systemClock } from '#base'
import { type Database, EmbeddedPostgres, migrate, openDatabase } from '#store'

const ROOT = join(import.meta.dirname, '..', '..')
const MIGRATIONS = join(ROOT, 'migrations')
/** Any number that is nobody else's. */
const TEMPLATE_LOCK = 1_130_448_291

export interface TestDatabase {
  /** Started and migrated, with no rows. */
  readonly db: Database
  /** For processes of their own: what they take as DATABASE_URL. */
  readonly url: string
  /** Drops it. */
  close(): Promise<void>
}

export interface TestDatabaseOptions {
  /** The server's, instead of OUTDIAL_TEST_DATABASE_URL or the shared embedded one. */
  readonly serverUrl?: string
  readonly log?: Logger
}

/**
 * A fresh database, cloned from a migrated template, on the server that OUTDIAL_TEST_DATABASE_URL names.
 * Without it, on an embedded PostgreSQL that all test processes of this checkout share and the last
 * of them stops; its folder stays from run to run.
 */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { log = silentLogger, serverUrl = process.env['OUTDIAL_TEST_DATABASE_URL'] } = options
  const server = serverUrl === undefined ? sharedServer(log) : undefined
  const adminUrl = serverUrl ?? (await server?.start()) ?? ''
  const open = (url: string, connections: number): Database =>
    openDatabase({ url, dataFolder: '', connections, log, clock: systemClock })
  const admin = open(adminUrl, 1)
  await admin.start()
  await dropLeftovers(admin)
  const template = await ensureTemplate(admin, adminUrl, open)
  const name = `outdial_test_${process.pid}_${randomBytes(4).toString('hex')}`
  await admin.execute(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  const url = withDatabase(adminUrl, name)
  const db = open(url, 10)
  await db.start()
  return {
    db,
    url,
    async close() {
      await db.stop()
      await admin.execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await admin.stop()
      await server?.stop()
    },
  }
}

function sharedServer(log: Logger): EmbeddedPostgres {
  const checkout = createHash('sha256').update(ROOT).digest('hex').slice(0, 8)
  const dataFolder = join(tmpdir(), `outdial-tests-${process.geteuid?.() ?? 0}-${checkout}`)
  return new EmbeddedPostgres({ dataFolder, log, clock: systemClock })
}

/** Databases of test processes that died. Their number may belong to another by now: then they stay. */
async function dropLeftovers(admin: Database): Promise<void> {
  const rows = await admin.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datname LIKE 'outdial\\_test\\_%'`,
  )
  for (const { name } of rows) {
    if (isAlive(Number(name.split('_')[2]))) continue
    await admin.execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => {})
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** One a state of the migrations, made by whoever comes first and given its name when it is whole. */
async function ensureTemplate(
  admin: Database,
  adminUrl: string,
  open: (url: string, connections: number) => Database,
): Promise<string> {
  const name = `outdial_template_${hashMigrations()}`
  // Several tests of one process may come first together.
  const unfinished = `${name}_${process.pid}_${randomBytes(4).toString('hex')}`
  const find = 'SELECT FROM pg_database WHERE datname = $1'
  if ((await admin.query(find, [name])).length > 0) return name
  await admin.execute(`CREATE DATABASE ${unfinished} TEMPLATE template0 ENCODING 'UTF8'`)
  const db = open(withDatabase(adminUrl, unfinished), 1)
  await db.start()
  await migrate(db, { log: silentLogger })
  await db.stop()
  await admin.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [TEMPLATE_LOCK])
    if ((await tx.query(find, [name])).length === 0) {
      await tx.execute(`ALTER DATABASE ${unfinished} RENAME TO ${name}`)
    }
  })
  await admin.execute(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`)
  return name
}

function hashMigrations(): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(MIGRATIONS).sort()) {
    hash.update(name).update(readFileSync(join(MIGRATIONS, name)))
  }
  return hash.digest('hex').slice(0, 12)
}

function withDatabase(url: string, database: string): string {
  return url.replace(/^([a-z]+:\/\/[^/]*)\/[^?]*/, `$1/${database}`)
}
