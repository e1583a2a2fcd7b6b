import type { CampaignStatus } from '#model'
import { CALLS_DUE, CAMPAIGNS_CHANGED, type Queryable } from '../database/database.ts'
import type { CampaignKey } from './find-campaign.ts'

/** Writes where a campaign is; lock it before. Wakes those who look for due calls and for what is over. */
export async function updateCampaignStatus(
  tx: Queryable,
  key: CampaignKey,
  { status, now }: { status: CampaignStatus; now?: Date | undefined },
): Promise<void> {
  await tx.execute(
    `UPDATE campaigns SET state = $3::text, draining = $4,
       state_changed_at = coalesce($6::timestamptz, now()),
       began_at = CASE WHEN $5 THEN coalesce(began_at, $6::timestamptz, now()) END,
       ended_at = CASE WHEN $3 = 'completed' THEN coalesce($6::timestamptz, now()) END
     WHERE account_id = $1 AND campaign_id = $2`,
    [key.accountId, key.campaignId, status.state, status.draining, status.begun, now],
  )
  for (const channel of [CAMPAIGNS_CHANGED, CALLS_DUE]) tx.notify(channel)
}
