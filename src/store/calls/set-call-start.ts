import type { ClaimedCall } from '#model'
import type { Queryable } from '../database/database.ts'

/** Another way out, and when its INVITE may leave. */
export async function setCallStart(
  db: Queryable,
  claim: Pick<ClaimedCall, 'accountId' | 'callId' | 'claimEpoch'>,
  start: { readonly trunk: string; readonly startAt: Date },
): Promise<void> {
  await db.execute(
    `UPDATE calls SET trunk = $4, start_at = $5
     WHERE account_id = $1 AND call_id = $2 AND claim_epoch = $3`,
    [claim.accountId, claim.callId, claim.claimEpoch, start.trunk, start.startAt],
  )
}
