import type { ClaimedCall } from '#model'
import type { Queryable } from '../database/database.ts'

/** The line of a second leg, which counts from now on. */
export async function setSecondTrunk(
  db: Queryable,
  claim: Pick<ClaimedCall, 'accountId' | 'callId' | 'claimEpoch'>,
  trunk: string,
): Promise<void> {
  await db.execute(
    `UPDATE calls SET second_trunk = $4
     WHERE account_id = $1 AND call_id = $2 AND claim_epoch = $3`,
    [claim.accountId, claim.callId, claim.claimEpoch, trunk],
  )
}
