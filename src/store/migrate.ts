import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, OutdialError } from '#base'
import type { Database, Queryable } from './database/database.ts'

/** Beside `src/` in a checkout, beside `lib/` once installed. */
const FOLDER = join(import.meta.dirname, '..', '..', 'migrations')
/** Any number that is nobody else's: who holds it migrates, the others wait. */
const LOCK = 6_884_229_417

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/**
 * Brings the tables up to this version: each file of `migrations/` that was not applied yet, in the
 * order of the names, in a transaction of its own, or up to the one that `until` names. Several processes may
 * do so at once.
 *
 * @throws OutdialError `migration-edited`: a file that was applied has changed since;
 *   `migration-unknown`: the database was migrated by a newer version than this one
 */
export async function migrate(
  db: Database,
  options: { log: Logger; folder?: string; until?: string },
): Promise<{ applied: string[] }> {
  const { until = '\uffff' } = options
  const migrations = await readMigrations(options.folder ?? FOLDER)
  await db.transaction(async (tx) => {
    await lock(tx)
    await tx.execute(
      `CREATE TABLE IF NOT EXISTS migrations (
         name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz(3) DEFAULT now())`,
    )
    await refuseForeign(tx, migrations)
  })
  const applied: string[] = []
  for (const migration of migrations.filter(({ name }) => name <= until)) {
    if (await db.transaction((tx) => apply(tx, migration))) {
      options.log.info('migration applied', { migration: migration.name })
      applied.push(migration.name)
    }
  }
  return { applied }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Until the transaction ends. */
async function lock(tx: Queryable): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
}

async function refuseForeign(tx: Queryable, migrations: readonly Migration[]): Promise<void> {
  const rows = await tx.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM migrations ORDER BY name',
  )
  for (const { name, checksum } of rows) {
    const known = migrations.find((migration) => migration.name === name)
    if (known === undefined) {
      throw new OutdialError(
        'migration-unknown',
        `The database has the migration ${name}, which this version does not know: ` +
          'it was used by a newer Outdial. Install that version or a later one.',
      )
    }
    if (known.checksum !== checksum) {
      throw new OutdialError(
        'migration-edited',
        `migrations/${name} was changed after it was applied to this database. Restore it, and ` +
          'put the change into a new file.',
      )
    }
  }
}

/** False where it was applied before. */
async function apply(tx: Queryable, { name, sql, checksum }: Migration): Promise<boolean> {
  await lock(tx)
  const [done] = await tx.query('SELECT FROM migrations WHERE name = $1', [name])
  if (done !== undefined) return false
  await tx.execute(sql)
  await tx.execute('INSERT INTO migrations (name, checksum) VALUES ($1, $2)', [name, checksum])
  return true
}
