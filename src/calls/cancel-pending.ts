import {
  type CallScope,
  cancelCallLists,
  lockInstallation,
  requestCancels,
  takeBackClaims,
} from '#store'
import type { CallsContext } from './context.ts'
import { untilUndialed } from './until-undialed.ts'

/**
 * Cancels every call of an account, or of one of its campaigns, that waits or rings; what is queued
 * after this is not concerned. When this resolves, none of them is dialled any more; their results
 * follow in the background.
 *
 * @throws OutdialError temporary `store-…`
 */
export async function cancelPending(
  context: CallsContext,
  { accountId, campaignId }: CallScope & { readonly accountId: number },
): Promise<void> {
  const canceled = await context.db.transaction(async (tx) => {
    await lockInstallation(tx)
    await takeBackClaims(tx, { accountId, campaignId })
    await cancelCallLists(tx, { accountId, campaignId })
    return requestCancels(tx, { accountId, campaignId }, 'ringing')
  })
  await untilUndialed(context, canceled)
}
