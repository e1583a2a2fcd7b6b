import type { Queryable } from '../database/database.ts'

/** When the first pending result is or was due; undefined where none is pending. */
export async function nextResultDueAt(db: Queryable): Promise<Date | undefined> {
  const [first] = await db.query<{ dueAt: Date }>(
    `SELECT due_at AS "dueAt" FROM results WHERE state = 'pending' ORDER BY due_at LIMIT 1`,
  )
  return first?.dueAt
}
