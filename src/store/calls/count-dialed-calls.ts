import type { Queryable } from '../database/database.ts'

/** How many of these calls are being dialled just now. */
export async function countDialedCalls(db: Queryable, callIds: readonly number[]): Promise<number> {
  if (callIds.length === 0) return 0
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM calls
     WHERE call_id = ANY ($1::integer[]) AND state = 'dialing'`,
    [callIds],
  )
  return row?.count ?? 0
}
