import type { Queryable } from '../database/database.ts'

/**
 * A moment before which nothing is written any more: `now()`, which states changes, is when a transaction
 * began. A transaction of more than a minute is not waited for: one that hangs, or is not ours, must
 * not hold up everybody's events. The server's roles must see one another's sessions, as one role does.
 *
 * `waitsForWriters`: it is, where it has written something.
 */
export async function findSettledMoment(
  db: Queryable,
  { waitsForWriters = false }: { readonly waitsForWriters?: boolean } = {},
): Promise<Date> {
  const [row] = await db.query<{ at: Date }>(
    `SELECT date_trunc('milliseconds', least(clock_timestamp() - interval '250 milliseconds', (
       SELECT min(xact_start) - interval '1 millisecond' FROM pg_stat_activity
       WHERE datname = current_database() AND backend_type = 'client backend'
         AND pid <> pg_backend_pid() AND (xact_start > clock_timestamp() - interval '1 minute'
           OR ($1 AND backend_xid IS NOT NULL))
     ))) AS at`,
    [waitsForWriters],
  )
  return row?.at ?? new Date(0)
}
