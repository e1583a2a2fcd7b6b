import type { Queryable } from '../database/database.ts'
import type { CampaignKey } from './find-campaign.ts'

/** An account's campaign of this name, unless the upload that it comes with is not whole. */
export async function findCampaignByName(
  db: Queryable,
  accountId: number,
  name: string,
): Promise<CampaignKey | undefined> {
  const [campaign] = await db.query<CampaignKey>(
    `SELECT account_id AS "accountId", campaign_id AS "campaignId" FROM campaigns p
     WHERE account_id = $1 AND name = $2 AND EXISTS (
       SELECT FROM call_lists l WHERE l.account_id = p.account_id
         AND l.campaign_id = p.campaign_id AND l.state NOT IN ('importing', 'failed')
     )`,
    [accountId, name],
  )
  return campaign
}
