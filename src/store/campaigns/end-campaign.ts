import type { Queryable } from '../database/database.ts'
import type { CampaignKey } from './find-campaign.ts'

/** Nothing of a canceled campaign is left. */
export async function endCampaign(tx: Queryable, key: CampaignKey, now?: Date): Promise<void> {
  await tx.execute(
    `UPDATE campaigns SET ended_at = coalesce($3::timestamptz, now())
     WHERE account_id = $1 AND campaign_id = $2`,
    [key.accountId, key.campaignId, now],
  )
}
