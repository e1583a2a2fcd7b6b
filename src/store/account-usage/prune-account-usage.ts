import type { Queryable } from '../database/database.ts'

/** Forgets what no day of any time zone has in it any more. Returns how many rows. */
export function pruneAccountUsage(db: Queryable, now?: Date): Promise<number> {
  return db.execute(
    `DELETE FROM account_usage WHERE quarter < coalesce($1::timestamptz, now()) - interval '3 days'`,
    [now],
  )
}
