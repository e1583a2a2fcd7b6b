import type { Queryable } from '../database/database.ts'

/** Calls that ended before then are in the statistics. */
export async function findStatisticsMoment(db: Queryable): Promise<Date> {
  const [row] = await db.query<{ at: Date }>('SELECT ended_at AS at FROM statistics_place')
  return row?.at ?? new Date(0)
}
