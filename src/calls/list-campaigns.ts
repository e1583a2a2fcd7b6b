import { type Campaign, type CampaignListing, listCampaigns as readCampaigns } from '#store'
import type { CallsContext } from './context.ts'

/** Campaigns, the newest first: of one account, or of all. */
export function listCampaigns(
  context: CallsContext,
  listing: CampaignListing,
): Promise<Campaign[]> {
  return readCampaigns(context.db, listing)
}
