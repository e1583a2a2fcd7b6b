import { CAMPAIGN_COLUMNS, type Campaign, campaignOf } from '../campaigns/campaign-columns.ts'
import type { Queryable } from '../database/database.ts'
import type { ProfileKey } from './profile-columns.ts'

/** The campaigns that refer to it and may still dial, the oldest first, locked. */
export async function findCampaignsOfProfile(
  tx: Queryable,
  { accountId, kind, name }: ProfileKey,
): Promise<Campaign[]> {
  const rows = await tx.query<Campaign>(
    `SELECT ${CAMPAIGN_COLUMNS} FROM campaigns p
     WHERE account_id = $1 AND ${kind} = $2 AND state NOT IN ('canceled', 'completed')
     ORDER BY campaign_id FOR UPDATE`,
    [accountId, name],
  )
  return rows.map(campaignOf)
}
