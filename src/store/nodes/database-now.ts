import { assert } from '#base'
import type { Queryable } from '../database/database.ts'

/** The database's clock, which decides what is due, leased or expired; in a transaction, its start. */
export async function databaseNow(db: Queryable): Promise<Date> {
  const [row] = await db.query<{ now: Date }>('SELECT now() AS now')
  assert(row !== undefined, 'a SELECT without FROM returns one row')
  return row.now
}
