import type { Queryable } from '../database/database.ts'

/** Calls of these campaigns are given a line: those that had not begun are running now. Returns how many. */
export function beginCampaigns(
  tx: Queryable,
  campaignIds: readonly number[],
  now?: Date,
): Promise<number> {
  return tx.execute(
    `UPDATE campaigns SET state = 'running', state_changed_at = coalesce($2::timestamptz, now()),
       began_at = coalesce(began_at, $2::timestamptz, now())
     WHERE campaign_id = ANY ($1::integer[]) AND state = 'queued'`,
    [campaignIds, now],
  )
}
