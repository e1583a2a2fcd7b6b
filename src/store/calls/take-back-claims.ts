import type { Queryable } from '../database/database.ts'

/** Absent: not asked for. */
export interface CallScope {
  readonly accountId?: number | undefined
  readonly campaignId?: number | undefined
}

/**
 * Puts back into the queue what has a line and no INVITE yet, whichever node has it; the epoch grows,
 * so that none of them can still dial it. Lock the installation before, so that no claim is under way.
 * Rows are locked in the order of their ids, as by everybody, so that nobody waits for ever.
 * `undialed`: only calls that were never dialled. Returns how many.
 */
export function takeBackClaims(
  tx: Queryable,
  { accountId, campaignId, undialed = false }: CallScope & { undialed?: boolean },
): Promise<number> {
  return tx.execute(
    `WITH claimed AS (
       SELECT account_id, call_id FROM calls
       WHERE state = 'claimed' AND ($1::integer IS NULL OR account_id = $1)
         AND ($2::integer IS NULL OR campaign_id = $2) AND (attempts = 0 OR NOT $3)
       ORDER BY call_id
       FOR UPDATE
     )
     UPDATE calls c SET state = 'queued', node_id = NULL, incarnation = NULL, trunk = NULL,
       start_at = NULL, claim_epoch = claim_epoch + 1
     FROM claimed WHERE c.account_id = claimed.account_id AND c.call_id = claimed.call_id`,
    [accountId, campaignId, undialed],
  )
}
