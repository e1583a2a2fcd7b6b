import type { Queryable } from '../database/database.ts'
import { CAMPAIGN_COLUMNS, type Campaign, campaignOf } from './campaign-columns.ts'

export interface CampaignListing {
  /** Absent: those of all accounts. */
  readonly accountId?: number | undefined
  /** Only older ones than this. */
  readonly beforeId?: number | undefined
  /** Only those that are over, completed or canceled; or only those that are not. */
  readonly isOver?: boolean | undefined
  readonly limit: number
}

/** Campaigns, the newest first. */
export async function listCampaigns(db: Queryable, listing: CampaignListing): Promise<Campaign[]> {
  const campaigns = await db.query<Campaign>(
    `SELECT ${CAMPAIGN_COLUMNS} FROM campaigns p
     WHERE ($1::integer IS NULL OR account_id = $1)
       AND ($2::integer IS NULL OR campaign_id < $2)
       AND ($3::boolean IS NULL OR (state IN ('completed', 'canceled')) = $3)
     ORDER BY campaign_id DESC LIMIT $4`,
    [listing.accountId, listing.beforeId, listing.isOver, listing.limit],
  )
  return campaigns.map(campaignOf)
}
