import type { Queryable } from '../database/database.ts'
import type { ResultTryKey } from './record-result-try.ts'

/**
 * The next try is due `delaySeconds` from now, by the database's clock, instead of at the lease's
 * end. 0: a later claim has it, or it was ended before.
 */
export function rescheduleResult(
  db: Queryable,
  key: ResultTryKey,
  delaySeconds: number,
  now?: Date,
): Promise<number> {
  return db.execute(
    `UPDATE results
     SET due_at = coalesce($5::timestamptz, now()) + make_interval(secs => $4)
     WHERE account_id = $1 AND call_id = $2 AND tries = $3 AND state = 'pending'`,
    [key.accountId, key.callId, key.try, delaySeconds, now],
  )
}
