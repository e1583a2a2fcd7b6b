import { type CallRow, findCampaign, listCalls as readCalls } from '#store'
import { campaignNotFound } from './change-campaign.ts'
import type { CallsContext } from './context.ts'

/**
 * Calls of a campaign, the newest first, without their attempts.
 *
 * @throws OutdialError `campaign-not-found`
 */
export async function listCalls(
  { db }: CallsContext,
  listing: {
    readonly accountId: number
    readonly campaignId: number
    /** Only older ones than this. */
    readonly beforeId?: number | undefined
    readonly limit: number
  },
): Promise<CallRow[]> {
  if ((await findCampaign(db, listing)) === undefined) throw campaignNotFound(listing.campaignId)
  return readCalls(db, listing)
}
