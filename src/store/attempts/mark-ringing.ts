import type { Queryable } from '../database/database.ts'
import { type AttemptKey, attemptParams, statesBefore } from './attempt-key.ts'

/** A provisional response came. 0: it is not this claim's attempt, or it rang or ended before. */
export function markRinging(db: Queryable, attempt: AttemptKey & { now?: Date }): Promise<number> {
  return db.execute(
    `UPDATE attempts SET state = 'ringing', ringing_at = coalesce($5::timestamptz, now()),
       heartbeat_at = coalesce($5::timestamptz, now())
     WHERE account_id = $1 AND call_id = $2 AND attempt = $3 AND claim_epoch = $4
       AND state IN ${statesBefore('ring')}`,
    [...attemptParams(attempt), attempt.now],
  )
}
