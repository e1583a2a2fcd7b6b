import type { Queryable } from '../database/database.ts'

/** How many accounts there are. */
export async function countAccounts(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>('SELECT count(*) AS count FROM accounts')
  return row?.count ?? 0
}
