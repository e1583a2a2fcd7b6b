import type { Queryable } from '../database/database.ts'

/** Lets the planner know of what a long upload has brought, before anybody asks for it. */
export async function analyzeCalls(db: Queryable): Promise<void> {
  await db.execute('ANALYZE calls')
}
