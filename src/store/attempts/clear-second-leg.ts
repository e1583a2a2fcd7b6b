import type { Queryable } from '../database/database.ts'
import { type AttemptKey, attemptParams } from './attempt-key.ts'

/** The second leg is over: its line is free, and a restart has nothing to end. */
export async function clearSecondLeg(db: Queryable, attempt: AttemptKey): Promise<void> {
  await db.execute(
    `WITH cleared AS (
       UPDATE attempts SET second_invite = NULL, second_dialog = NULL
       WHERE account_id = $1 AND call_id = $2 AND attempt = $3 AND claim_epoch = $4
     )
     UPDATE calls SET second_trunk = NULL
     WHERE account_id = $1 AND call_id = $2 AND claim_epoch = $4`,
    attemptParams(attempt),
  )
}
