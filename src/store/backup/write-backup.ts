import type { Database, Queryable } from '../database/database.ts'
import type { BackupHeader } from './backup-line.ts'
import { backupTables, quoteName } from './backup-tables.ts'

const ROWS_AT_ONCE = 2_000

/**
 * Writes all rows of all tables as of one moment, while everything goes on. `write` is given whole lines, each with
 * its end; the next come when it has resolved. Resolves how many rows there were.
 */
export function writeBackup(
  db: Database,
  write: (lines: string) => Promise<void>,
): Promise<{ readonly rows: number }> {
  return db.transaction(async (tx) => {
    await tx.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // A slow disk is no reason to break off.
    await tx.execute('SET LOCAL idle_in_transaction_session_timeout = 0')
    await write(lineOf(await headerOf(tx)))
    let rows = 0
    for (const table of await backupTables(tx)) {
      await write(lineOf({ table }))
      rows += await writeRows(tx, table, write)
    }
    await write(lineOf({ rows }))
    return { rows }
  })
}

async function headerOf(tx: Queryable): Promise<BackupHeader> {
  const [now] = await tx.query<{ at: Date }>('SELECT now() AS at')
  return {
    outdialBackup: 1,
    takenAt: (now?.at ?? new Date(0)).toISOString(),
    migrations: await tx.query('SELECT name, checksum FROM migrations ORDER BY name'),
  }
}

async function writeRows(
  tx: Queryable,
  table: string,
  write: (lines: string) => Promise<void>,
): Promise<number> {
  await tx.execute(
    `DECLARE backup NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS row FROM ${quoteName(table)} t`,
  )
  let count = 0
  for (;;) {
    const rows = await tx.query<{ row: string }>(`FETCH ${ROWS_AT_ONCE} FROM backup`)
    if (rows.length === 0) break
    count += rows.length
    await write(rows.map(({ row }) => `${row}\n`).join(''))
  }
  await tx.execute('CLOSE backup')
  return count
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`
}
