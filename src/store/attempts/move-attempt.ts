import type { Queryable } from '../database/database.ts'
import { type AttemptKey, attemptParams, statesBefore } from './attempt-key.ts'

/** A trunk that an attempt has left behind. */
export interface FailedTrunk {
  readonly trunk: string
  /** The Call-ID of the INVITE that it refused or never got. */
  readonly sipCallId: string
  readonly cause: string
}

export interface AttemptMove extends AttemptKey {
  readonly trunk: string
  /** As of `NewAttempt`. */
  readonly invite: unknown
  readonly failed: FailedTrunk
}

/**
 * The intent to dial by another trunk, to be committed before that INVITE leaves. 0: the claim is stale, or
 * the attempt has rung, was answered, or has ended; then nothing may be sent.
 */
export function moveAttempt(db: Queryable, move: AttemptMove): Promise<number> {
  return db.execute(
    `UPDATE attempts SET trunk = $5, invite = $6::jsonb, failovers = failovers || $7::jsonb
     WHERE account_id = $1 AND call_id = $2 AND attempt = $3 AND claim_epoch = $4
       AND state IN ${statesBefore('fail-over')}`,
    [
      ...attemptParams(move),
      move.trunk,
      JSON.stringify(move.invite),
      JSON.stringify([move.failed]),
    ],
  )
}
