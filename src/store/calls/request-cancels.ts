import type { CallCancel } from '#model'
import { CALLS_CANCELED, type Queryable } from '../database/database.ts'
import type { CallScope } from './take-back-claims.ts'

/**
 * Asks the nodes that have them to end calls: one, or all that are dialled of a campaign or an account.
 * Rows are locked in the order of their ids. A request to hang up is not taken back by a lesser one. Returns the calls' ids.
 */
export async function requestCancels(
  tx: Queryable,
  which: CallScope & { callId?: number },
  cancel: CallCancel,
): Promise<number[]> {
  const rows = await tx.query<{ callId: number }>(
    `WITH open AS (
       SELECT account_id, call_id FROM calls
       WHERE state IN ('dialing', 'answered') AND ($1::integer IS NULL OR account_id = $1)
         AND ($2::integer IS NULL OR campaign_id = $2) AND ($3::integer IS NULL OR call_id = $3)
         AND (state = 'dialing' OR $4 = 'connected')
       ORDER BY call_id
       FOR UPDATE
     )
     UPDATE calls c SET cancel = CASE c.cancel WHEN 'connected' THEN c.cancel ELSE $4 END
     FROM open WHERE c.account_id = open.account_id AND c.call_id = open.call_id
     RETURNING c.call_id AS "callId"`,
    [which.accountId, which.campaignId, which.callId, cancel],
  )
  if (rows.length > 0) tx.notify(CALLS_CANCELED)
  return rows.map(({ callId }) => callId)
}
