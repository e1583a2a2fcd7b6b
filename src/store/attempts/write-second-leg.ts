import type { Queryable } from '../database/database.ts'
import { type AttemptKey, attemptParams } from './attempt-key.ts'

export interface SecondLeg extends AttemptKey {
  /** JSON-safe, as of the first leg. */
  readonly invite: unknown
  /** Once it was answered. */
  readonly dialog?: unknown
}

/**
 * What a restart needs to know of the call that the callee is being connected with; to be committed before
 * its INVITE leaves. 0: the claim is stale, or the attempt has ended; then nothing may be sent.
 */
export function writeSecondLeg(db: Queryable, leg: SecondLeg): Promise<number> {
  return db.execute(
    `UPDATE attempts SET second_invite = $5::jsonb, second_dialog = $6::jsonb
     WHERE account_id = $1 AND call_id = $2 AND attempt = $3 AND claim_epoch = $4
       AND state <> 'ended'`,
    [
      ...attemptParams(leg),
      JSON.stringify(leg.invite),
      leg.dialog === undefined ? null : JSON.stringify(leg.dialog),
    ],
  )
}
