import { type Campaign, type CampaignProgress, countCampaignCalls, findCampaign } from '#store'
import { campaignNotFound } from './change-campaign.ts'
import type { CallsContext } from './context.ts'

export interface CampaignDescription extends Campaign {
  readonly progress: CampaignProgress
}

/** @throws OutdialError `campaign-not-found` */
export async function describeCampaign(
  { db }: CallsContext,
  key: { readonly accountId?: number | undefined; readonly campaignId: number },
): Promise<CampaignDescription> {
  const campaign = await findCampaign(db, key)
  if (campaign === undefined) throw campaignNotFound(key.campaignId)
  return { ...campaign, progress: await countCampaignCalls(db, campaign) }
}
