import { type Account, type CallState, type Outcome, parsePhoneNumber } from '#model'
import { type CallRow, findCampaign, listCalls as readCalls } from '#store'
import { campaignNotFound } from './change-campaign.ts'
import type { CallsContext } from './context.ts'

/** Which calls of an account; absent: any. */
export interface CallSearch {
  readonly account: Account
  readonly campaignId?: number | undefined
  readonly state?: CallState | undefined
  readonly outcome?: Outcome | undefined
  /** In any form of `phone_number`. */
  readonly phoneNumber?: string | undefined
  readonly messageReference?: string | undefined
  /** Queued from then on. */
  readonly createdFrom?: Date | undefined
  /** Queued before then. */
  readonly createdTo?: Date | undefined
  /** Only older ones than this. */
  readonly beforeId?: number | undefined
}

/**
 * Calls of an account, the newest first, without their attempts.
 *
 * @throws OutdialError `campaign-not-found`, `invalid-phone-number`
 */
export async function listCalls(
  { db }: CallsContext,
  { account, phoneNumber, ...listing }: CallSearch & { readonly limit: number },
): Promise<CallRow[]> {
  const { accountId } = account
  const { campaignId } = listing
  if (campaignId !== undefined) {
    const campaign = await findCampaign(db, { accountId, campaignId })
    if (campaign === undefined) throw campaignNotFound(campaignId)
  }
  const destination = phoneNumber && parsePhoneNumber(phoneNumber, account).destination
  return readCalls(db, { ...listing, accountId, destination })
}

/** Calls that are read together. */
const PAGE = 500

/** The same, all of them, page by page; what is queued meanwhile is not among them. */
export async function* eachCall(
  context: CallsContext,
  search: CallSearch,
): AsyncGenerator<readonly CallRow[], void, undefined> {
  for (let { beforeId } = search; ; ) {
    const rows = await listCalls(context, { ...search, beforeId, limit: PAGE })
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    beforeId = rows.at(-1)?.callId
  }
}
