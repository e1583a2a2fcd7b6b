import type { Queryable } from '../database/database.ts'

/** Removes keys that are older, but those of requests that are still at work. Returns how many. */
export function forgetIdempotencyKeys(db: Queryable, ageSeconds: number): Promise<number> {
  return db.execute(
    `DELETE FROM idempotency_keys
     WHERE created_at < now() - make_interval(secs => $1) AND answer IS NOT NULL`,
    [ageSeconds],
  )
}
