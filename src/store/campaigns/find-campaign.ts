import type { Queryable } from '../database/database.ts'
import { CAMPAIGN_COLUMNS, type Campaign, campaignOf } from './campaign-columns.ts'

export interface CampaignKey {
  readonly accountId: number
  readonly campaignId: number
}

/** `forUpdate`: nobody else changes it, or adds calls to it, before the transaction ends. */
export async function findCampaign(
  db: Queryable,
  key: { readonly accountId?: number | undefined; readonly campaignId: number },
  { forUpdate = false }: { forUpdate?: boolean } = {},
): Promise<Campaign | undefined> {
  const [campaign] = await db.query<Campaign>(
    `SELECT ${CAMPAIGN_COLUMNS} FROM campaigns p
     WHERE ($1::integer IS NULL OR account_id = $1) AND campaign_id = $2
     ${forUpdate ? 'FOR UPDATE' : ''}`,
    [key.accountId, key.campaignId],
  )
  return campaign && campaignOf(campaign)
}
