import { CAMPAIGNS_CHANGED, type Queryable } from '../database/database.ts'

/**
 * Nothing of these lists is claimed any more; what is queued is to be concluded. `undialed`: only what
 * was never dialled; then the rest goes on. Lock the installation before. Where an open campaign's
 * list of single calls is canceled, it gets a new one. Uploads that are not complete stay as they are.
 */
export async function cancelCallLists(
  tx: Queryable,
  { accountId, campaignId, undialed = false }: CanceledLists,
): Promise<void> {
  const canceled = await tx.execute(
    `UPDATE call_lists SET state = CASE WHEN $3 THEN 'draining' ELSE 'canceled' END,
       touched_at = now()
     WHERE account_id = $1 AND ($2::integer IS NULL OR campaign_id = $2)
       AND (state = 'complete' OR state = 'draining' AND NOT $3)`,
    [accountId, campaignId, undialed],
  )
  if (canceled > 0) tx.notify(CAMPAIGNS_CHANGED)
  await tx.execute(
    `INSERT INTO call_lists (account_id, campaign_id, kind, state, completed_at)
     SELECT account_id, campaign_id, 'single', 'complete', now() FROM campaigns p
     WHERE account_id = $1 AND ($2::integer IS NULL OR campaign_id = $2) AND is_default
     ON CONFLICT DO NOTHING`,
    [accountId, campaignId],
  )
}

export interface CanceledLists {
  readonly accountId: number
  /** Absent: of all campaigns of the account. */
  readonly campaignId?: number | undefined
  readonly undialed?: boolean
}
