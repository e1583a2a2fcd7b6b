import type { Queryable } from '../database/database.ts'
import type { CampaignKey } from './find-campaign.ts'

/** The queued call of a campaign that is due first; undefined where none waits. */
export async function findNextCall(
  db: Queryable,
  { accountId, campaignId }: CampaignKey,
): Promise<{ readonly callId: number; readonly dueAt: Date } | undefined> {
  const [next] = await db.query<{ callId: number; dueAt: Date }>(
    `SELECT head.call_id AS "callId", head.due_at AS "dueAt"
     FROM call_lists l CROSS JOIN LATERAL (
       SELECT call_id, due_at FROM calls c WHERE c.state = 'queued' AND c.list_id = l.list_id
       ORDER BY due_at, call_id LIMIT 1
     ) head
     WHERE l.account_id = $1 AND l.campaign_id = $2 AND l.state IN ('complete', 'draining', 'canceled')
     ORDER BY head.due_at, head.call_id LIMIT 1`,
    [accountId, campaignId],
  )
  return next
}
