import { type Logger, OutdialError } from '#base'
import type { Database, Queryable } from '../database/database.ts'
import { holdInstallation } from '../installation/hold-installation.ts'
import { migrate } from '../migrate.ts'
import { BackupEnd, BackupHeader, TableLine } from './backup-line.ts'
import { backupTables, quoteName } from './backup-tables.ts'

const ROWS_AT_ONCE = 1_000

export interface RestoredBackup {
  readonly takenAt: Date
  readonly rows: number
  /** Those that wait for an attempt; some may have been dialled after the backup. */
  readonly queuedCalls: number
}

/**
 * Fills an empty database from the lines of a backup and brings it up to this version. Nothing is dialled after
 * it until the installation is resumed: what was dialled since the backup is not known here, and must
 * not be dialled again unasked. All or nothing.
 *
 * @throws OutdialError `backup-unreadable`, `restore-not-empty`, `restore-not-possible`, and those of `migrate`
 */
export async function restoreBackup(
  db: Database,
  lines: AsyncIterable<string>,
  options: { readonly log: Logger; readonly folder?: string },
): Promise<RestoredBackup> {
  const input = lines[Symbol.asyncIterator]()
  const header = readHeader((await input.next()).value)
  const last = header.migrations.at(-1)?.name ?? ''
  await refuseFull(db)
  await migrate(db, { ...options, until: last })
  const restored = await db.transaction(async (tx) => {
    await tx.execute('SET LOCAL idle_in_transaction_session_timeout = 0')
    await refuseForeign(tx, header)
    const rows = await fill(tx, input)
    await tx.execute(RENUMBER)
    await holdInstallation(tx, true)
    const [queued] = await tx.query<{ calls: number }>(
      `SELECT count(*) AS calls FROM calls WHERE state = 'queued'`,
    )
    return { takenAt: new Date(header.takenAt), rows, queuedCalls: queued?.calls ?? 0 }
  })
  await migrate(db, options)
  return restored
}

function readHeader(line: string | undefined): BackupHeader {
  const header = BackupHeader.safeParse(readJson(line ?? '', 1))
  if (header.success) return header.data
  throw unreadable('its first line is not that of a backup')
}

/** Where accounts are, somebody works with it. */
async function refuseFull(db: Queryable): Promise<void> {
  const [found] = await db.query<{ exists: boolean }>(
    `SELECT to_regclass('accounts') IS NOT NULL AS exists`,
  )
  if (found?.exists !== true) return
  if ((await db.query('SELECT FROM accounts LIMIT 1')).length === 0) return
  throw new OutdialError(
    'restore-not-empty',
    'The database has accounts. Restore into an empty one: name another by DATABASE_URL, or another folder by OUTDIAL_DATA.',
  )
}

/** The tables must be exactly those that the rows are of. */
async function refuseForeign(tx: Queryable, { migrations }: BackupHeader): Promise<void> {
  const here = await tx.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM migrations ORDER BY name',
  )
  const isSame = here.every(({ name, checksum }, index) => {
    return migrations[index]?.name === name && migrations[index].checksum === checksum
  })
  if (isSame && here.length === migrations.length) return
  const last = migrations.at(-1)?.name
  const sentence =
    isSame && here.length < migrations.length
      ? `The backup ends with the migration ${last}, which this version does not know: it is of a newer Outdial. Install that one.`
      : `The database has tables of another version than the backup, which ends with the migration ${last}. Restore into a database without tables.`
  throw new OutdialError('restore-not-possible', sentence)
}

/** Returns how many rows there were. */
async function fill(tx: Queryable, input: AsyncIterator<string>): Promise<number> {
  const tables = await backupTables(tx)
  // With what refers to them and is no part of backups.
  await tx.execute(`TRUNCATE ${tables.map(quoteName).join(', ')} CASCADE`)
  let table: string | undefined
  let rows: string[] = []
  let count = 0
  const flush = async (): Promise<void> => {
    if (table !== undefined && rows.length > 0) await insertRows(tx, table, rows)
    count += rows.length
    rows = []
  }
  for (let number = 2; ; number++) {
    const { value: line, done = false } = await input.next()
    if (done) throw unreadable('it is cut off: its last line is missing')
    const mark = readMark(line, number)
    if (mark === undefined) rows.push(line)
    if (mark !== undefined || rows.length >= ROWS_AT_ONCE) await flush()
    if (mark?.kind === 'end') {
      if (mark.rows === count) return count
      throw unreadable(`it has ${count} rows, and ${mark.rows} were written`)
    }
    if (mark?.kind === 'table') {
      if (!tables.includes(mark.table)) throw unreadable(`there is no table ${mark.table}`)
      table = mark.table
    } else if (table === undefined) throw unreadable(`line ${number} belongs to no table`)
  }
}

type Mark =
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'end'; readonly rows: number }

/** A row has neither of these properties alone: no table has one column. */
function readMark(line: string, number: number): Mark | undefined {
  if (line.length > LONGEST_MARK) return undefined
  const value = readJson(line, number)
  if (Object.keys(value as object).length !== 1) return undefined
  const table = TableLine.safeParse(value)
  if (table.success) return { kind: 'table', table: table.data.table }
  const end = BackupEnd.safeParse(value)
  return end.success ? { kind: 'end', rows: end.data.rows } : undefined
}

const LONGEST_MARK = 100

function readJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw unreadable(`line ${number} is not JSON`)
  }
}

async function insertRows(tx: Queryable, table: string, rows: readonly string[]): Promise<void> {
  const name = quoteName(table)
  const written = await tx.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [name],
  )
  const columns = written.map((column) => quoteName(column.name)).join(', ')
  const json = `[${rows.join(',')}]`
  try {
    await tx.execute(
      `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE
       SELECT ${columns} FROM json_populate_recordset(NULL::${name}, $1::json)`,
      [json],
    )
  } catch (error) {
    if (error instanceof OutdialError) throw error
    throw unreadable(`the table ${table} does not take its rows: ${String(error)}`)
  }
}

/** What is numbered next comes after all that there is. */
const RENUMBER = `
  DO $$
  DECLARE numbered record;
  BEGIN
    FOR numbered IN
      SELECT c.relname AS t, a.attname AS c FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.attidentity <> '' AND c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    LOOP
      EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 0) + 1, false) FROM %I',
        quote_ident(numbered.t), numbered.c, numbered.c, numbered.t);
    END LOOP;
  END $$`

function unreadable(why: string): OutdialError {
  return new OutdialError('backup-unreadable', `This is no whole backup: ${why}.`)
}
