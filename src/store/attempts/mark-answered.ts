import type { Queryable } from '../database/database.ts'
import { type AttemptKey, attemptParams, statesBefore } from './attempt-key.ts'

/**
 * The callee answered: attempt and call become answered, and the confirmed dialog (JSON-safe) is kept
 * for the BYE that a restart may have to send. 0: the claim is stale, or the attempt has ended.
 */
export function markAnswered(
  db: Queryable,
  attempt: AttemptKey & { dialog: unknown; now?: Date },
): Promise<number> {
  return db.execute(
    `WITH answered AS (
       UPDATE attempts SET state = 'answered', dialog = $5::jsonb,
         answered_at = coalesce($6::timestamptz, now()),
         heartbeat_at = coalesce($6::timestamptz, now())
       WHERE account_id = $1 AND call_id = $2 AND attempt = $3 AND claim_epoch = $4
         AND state IN ${statesBefore('answer')}
       RETURNING account_id, call_id
     )
     UPDATE calls c SET state = 'answered' FROM answered
     WHERE c.account_id = answered.account_id AND c.call_id = answered.call_id
       AND c.claim_epoch = $4 AND c.state = 'dialing'`,
    [...attemptParams(attempt), JSON.stringify(attempt.dialog ?? null), attempt.now],
  )
}
