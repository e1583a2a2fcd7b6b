import type { Queryable } from '../database/database.ts'

/** Removes what is older. `now`: instead of the database's. Returns how many. */
export function forgetAuditEntries(
  db: Queryable,
  days: number,
  now: Date | undefined,
): Promise<number> {
  return db.execute(
    `DELETE FROM audit_log WHERE at < coalesce($2::timestamptz, now()) - make_interval(days => $1)`,
    [days, now],
  )
}
