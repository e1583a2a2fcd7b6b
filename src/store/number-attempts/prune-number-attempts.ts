import type { Queryable } from '../database/database.ts'

/**
 * Forgets attempts that no gap (of at most `number_gap_seconds` from their end) and no cap (of 24 hours
 * from their beginning) of their account asks for any more. Returns how many.
 */
export function pruneNumberAttempts(db: Queryable, now?: Date): Promise<number> {
  return db.execute(
    `DELETE FROM number_attempts n USING accounts a
     WHERE a.account_id = n.account_id
       AND n.dialed_at < coalesce($1::timestamptz, now()) - interval '24 hours'
       AND n.ended_at < coalesce($1::timestamptz, now()) - make_interval(secs => a.number_gap_seconds)`,
    [now],
  )
}
