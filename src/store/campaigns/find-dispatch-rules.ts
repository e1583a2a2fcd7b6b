import type { DispatchRules, RetryPolicy } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import type { CampaignKey } from './find-campaign.ts'

export interface CampaignRules extends CampaignKey, DispatchRules {
  readonly accountRetryPolicy?: RetryPolicy
  readonly campaignRetryPolicy?: RetryPolicy
}

/** What these campaigns and their accounts say about dialling their calls, for the first time and again. */
export async function findDispatchRules(
  db: Queryable,
  campaigns: readonly CampaignKey[],
): Promise<CampaignRules[]> {
  const rows = await db.query<CampaignRules>(
    `SELECT p.account_id AS "accountId", p.campaign_id AS "campaignId", a.time_zone AS "timeZone",
       a.calling_window AS "accountWindow", p.calling_window AS "campaignWindow", a.holidays,
       p.holidays AS "campaignHolidays", a.number_gap_seconds AS "gapSeconds", a.number_cap AS cap,
       a.destinations,
       a.retry_policy AS "accountRetryPolicy", p.retry_policy AS "campaignRetryPolicy"
     FROM campaigns p JOIN accounts a ON a.account_id = p.account_id
     WHERE (p.account_id, p.campaign_id) IN (SELECT * FROM unnest($1::integer[], $2::integer[]))`,
    [campaigns.map(({ accountId }) => accountId), campaigns.map(({ campaignId }) => campaignId)],
  )
  return rows.map((row) => withoutNulls<CampaignRules>(row))
}
