import type { ClaimedCall } from '#model'
import { HAS_DAILY_CAPS, quarterOf, USAGE_SHARD } from '../account-usage/usage-place.ts'
import type { Queryable } from '../database/database.ts'
import { type AttemptKey, attemptParams } from './attempt-key.ts'

export interface NewAttempt extends AttemptKey {
  readonly claim: Pick<ClaimedCall, 'accountId' | 'callId' | 'claimEpoch' | 'nodeId'>
  readonly trunk: string
  /** JSON-safe: what a restart needs to know of the INVITE. */
  readonly invite: unknown
  readonly now?: Date
}

/**
 * The intent to dial, to be committed before the INVITE leaves: counts the attempt, call claimed →
 * dialing, notes it for its number where the account has a gap or a cap, and in what the account has used where
 * its days are capped. 0: the claim is stale,
 * the call or its campaign has expired, or this attempt was made already; then nothing may be sent.
 */
export function insertAttempt(db: Queryable, attempt: NewAttempt): Promise<number> {
  return db.execute(
    `WITH call AS (
       UPDATE calls
       SET state = 'dialing', attempts = $3, last_attempt_at = coalesce($8::timestamptz, now())
       WHERE account_id = $1 AND call_id = $2 AND claim_epoch = $4 AND node_id = $5
         AND state = 'claimed' AND attempts = $3::integer - 1
         AND greatest(coalesce($8::timestamptz, now()), start_at) < coalesce(expires_at, (
           SELECT p.expires_at FROM campaigns p
           WHERE p.account_id = calls.account_id AND p.campaign_id = calls.campaign_id
         ), 'infinity')
       RETURNING account_id, destination, incarnation, last_attempt_at
     ), noted AS (
       INSERT INTO number_attempts (account_id, destination, call_id, attempt, dialed_at)
       SELECT call.account_id, call.destination, $2, $3, last_attempt_at
       FROM call JOIN accounts a ON a.account_id = call.account_id
       WHERE a.number_gap_seconds > 0 OR a.number_cap IS NOT NULL
     ), used AS (
       INSERT INTO account_usage AS u (account_id, quarter, shard, attempts)
       SELECT call.account_id, ${quarterOf('last_attempt_at')}, ${USAGE_SHARD}, 1
       FROM call JOIN accounts a ON a.account_id = call.account_id
       WHERE ${HAS_DAILY_CAPS}
       ON CONFLICT (account_id, quarter, shard) DO UPDATE SET attempts = u.attempts + 1
     )
     INSERT INTO attempts (account_id, call_id, attempt, claim_epoch, node_id, incarnation, trunk,
       invite, dialed_at, heartbeat_at)
     SELECT $1, $2, $3, $4, $5, incarnation, $6, $7::jsonb, last_attempt_at, last_attempt_at
     FROM call`,
    [
      ...attemptParams(attempt),
      attempt.claim.nodeId,
      attempt.trunk,
      JSON.stringify(attempt.invite),
      attempt.now,
    ],
  )
}
