import { findExpiredLists, takeQueuedCalls } from '#store'
import { concludeCalls } from './conclude-calls.ts'
import { type CallsContext, moment } from './context.ts'
import { EXPIRED } from './expire-calls.ts'

const BATCH = 500

/**
 * Ends the queued calls of campaigns that have expired, each with its result, but those that have an
 * expiration of their own. Returns how many.
 */
export async function expireCampaigns(context: CallsContext): Promise<number> {
  let total = 0
  for (const list of await findExpiredLists(context.db, moment(context).now)) {
    total += await context.db.transaction(async (tx) => {
      const calls = await takeQueuedCalls(tx, { list, only: 'heirs', limit: BATCH })
      await concludeCalls(
        context,
        tx,
        calls.map((call) => ({ call, ending: EXPIRED })),
      )
      return calls.length
    })
  }
  return total
}
