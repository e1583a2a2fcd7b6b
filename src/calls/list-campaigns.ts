import {
  type CampaignListing,
  type CampaignProgress,
  countCallsOfCampaigns,
  listCampaigns as readCampaigns,
} from '#store'
import type { CallsContext } from './context.ts'
import type { CampaignDescription } from './describe-campaign.ts'

/** Campaigns, the newest first, each with how far it has come: of one account, or of all. */
export async function listCampaigns(
  { db }: CallsContext,
  listing: CampaignListing,
): Promise<CampaignDescription[]> {
  const campaigns = await readCampaigns(db, listing)
  const { accountId } = listing
  const campaignIds = campaigns.map(({ campaignId }) => campaignId)
  const counted = await countCallsOfCampaigns(db, { accountId, campaignIds })
  return campaigns.map((one) => ({ ...one, progress: counted.get(one.campaignId) ?? NO_CALLS }))
}

const NO_CALLS: CampaignProgress = { accepted: 0, queued: 0, inProgress: 0, ended: {} }
