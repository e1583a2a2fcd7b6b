import type { ClaimedCall } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { CLAIMED_CALL_COLUMNS } from './claimed-call-columns.ts'

export interface WaitingCall extends ClaimedCall {
  readonly lastAttemptAt?: Date
}

/**
 * Locks queued calls, but those of uploads that are not whole, whose expiration has passed and fences them with a new epoch. Call it in the
 * transaction that finishes them: until that commits they are queued, and other nodes pass over them.
 * `nodeId` is empty: no node claimed them.
 */
export async function expireDueCalls(
  tx: Queryable,
  request: { limit: number; now?: Date },
): Promise<WaitingCall[]> {
  const rows = await tx.query<WaitingCall>(
    `WITH expired AS (
       SELECT account_id, call_id FROM calls
       WHERE state = 'queued' AND expires_at <= coalesce($2::timestamptz, now())
         AND NOT EXISTS (
           SELECT FROM call_lists l WHERE l.account_id = calls.account_id
             AND l.list_id = calls.list_id AND l.state IN ('importing', 'failed')
         )
       ORDER BY expires_at
       LIMIT $1
       FOR UPDATE SKIP LOCKED
     )
     UPDATE calls c SET claim_epoch = c.claim_epoch + 1
     FROM expired
     JOIN accounts a ON a.account_id = expired.account_id
     CROSS JOIN campaigns p
     WHERE c.account_id = expired.account_id AND c.call_id = expired.call_id
       AND p.account_id = c.account_id AND p.campaign_id = c.campaign_id
     RETURNING ${CLAIMED_CALL_COLUMNS}, c.last_attempt_at AS "lastAttemptAt"`,
    [request.limit, request.now],
  )
  return rows.map((row) => withoutNulls<WaitingCall>(row))
}
