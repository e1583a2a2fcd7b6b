import type { Queryable } from '../database/database.ts'
import type { CampaignKey } from './find-campaign.ts'

/**
 * Campaigns that have not ended and of which nothing is left: no call that is queued or in progress, no
 * upload under way. One of them, or all. The default campaigns never end.
 */
export function findFinishedCampaigns(db: Queryable, one?: CampaignKey): Promise<CampaignKey[]> {
  return db.query<CampaignKey>(FINISHED, [one?.accountId, one?.campaignId])
}

const FINISHED = `
  SELECT p.account_id AS "accountId", p.campaign_id AS "campaignId" FROM campaigns p
  WHERE p.ended_at IS NULL AND NOT p.is_default
    AND ($1::integer IS NULL OR p.account_id = $1 AND p.campaign_id = $2)
    AND EXISTS (
      SELECT FROM call_lists l
      WHERE l.account_id = p.account_id AND l.campaign_id = p.campaign_id
        AND l.state <> 'failed'
    )
    AND NOT EXISTS (
      SELECT FROM call_lists l
      WHERE l.account_id = p.account_id AND l.campaign_id = p.campaign_id
        AND (l.state IN ('importing', 'draining') OR EXISTS (
          SELECT FROM calls c
          WHERE c.account_id = l.account_id AND c.list_id = l.list_id AND c.state = 'queued'
        ))
    )
    AND NOT EXISTS (
      SELECT FROM calls c
      WHERE c.account_id = p.account_id AND c.campaign_id = p.campaign_id
        AND c.state IN ('claimed', 'dialing', 'answered')
    )`
