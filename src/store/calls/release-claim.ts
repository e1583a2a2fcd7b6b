import type { ClaimedCall } from '#model'
import type { Queryable } from '../database/database.ts'

/**
 * Puts a claimed call back to its place in the queue, as though it had not been claimed.
 * 0: the claim is not the call's latest, or the call is being dialled already.
 */
export function releaseClaim(
  db: Queryable,
  claim: Pick<ClaimedCall, 'accountId' | 'callId' | 'claimEpoch'>,
): Promise<number> {
  return db.execute(
    `UPDATE calls SET state = 'queued', node_id = NULL, incarnation = NULL
     WHERE account_id = $1 AND call_id = $2 AND claim_epoch = $3 AND state = 'claimed'`,
    [claim.accountId, claim.callId, claim.claimEpoch],
  )
}
