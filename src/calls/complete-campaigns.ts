import { campaignTransition } from '#model'
import {
  type CampaignKey,
  endCampaign,
  findCampaign,
  findFinishedCampaigns,
  updateCampaignStatus,
} from '#store'
import { type CallsContext, moment } from './context.ts'

/** Completes the campaigns of which nothing is left; a canceled one has ended then. Returns how many. */
export async function completeCampaigns(context: CallsContext): Promise<number> {
  const finished = await findFinishedCampaigns(context.db)
  let completed = 0
  for (const key of finished) if (await complete(context, key)) completed++
  return completed
}

/** Looks again once nobody can add calls to it. */
function complete(context: CallsContext, { accountId, campaignId }: CampaignKey): Promise<boolean> {
  const key = { accountId, campaignId }
  return context.db.transaction(async (tx) => {
    const campaign = await findCampaign(tx, key, { forUpdate: true })
    if (campaign === undefined) return false
    if ((await findFinishedCampaigns(tx, key)).length === 0) return false
    const now = moment(context)
    const status = { ...campaign, begun: campaign.beganAt !== undefined }
    const next = campaignTransition(status, { kind: 'complete' })
    if (next === undefined) await endCampaign(tx, key, now.now)
    else await updateCampaignStatus(tx, key, { status: next.status, ...now })
    return true
  })
}
