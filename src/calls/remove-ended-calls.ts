import { deleteEndedCalls, type EndedPlace } from '#store'
import { type CallsContext, moment } from './context.ts'
import { countEndedCalls } from './count-ended-calls.ts'

const BATCH = 500

/**
 * Deletes calls that ended so many days ago, with their attempts and results. A call whose result is not
 * delivered is kept, and one that is not in the statistics yet; so are the counts of the campaigns. Returns how many.
 */
export async function removeEndedCalls(
  context: CallsContext,
  retentionDays: number,
): Promise<number> {
  while ((await countEndedCalls(context)).more);
  let total = 0
  let after: EndedPlace | undefined
  for (;;) {
    const request = { retentionDays, after, limit: BATCH, ...moment(context) }
    const batch = await deleteEndedCalls(context.db, request)
    if (batch === undefined) return total
    total += batch.deleted
    after = batch.last
  }
}
