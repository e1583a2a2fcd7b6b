import { type CountedCalls, countEndedCalls as countBatch } from '#store'
import { type CallsContext, moment } from './context.ts'

/** Calls of one transaction: so few that nobody waits long for it. */
const BATCH = 5000

/**
 * Counts calls that have ended since the last count, of all accounts, for their statistics: a batch of them. While
 * another node is at it, it is left to it.
 */
export async function countEndedCalls(context: CallsContext): Promise<CountedCalls> {
  const counted = await context.db.transaction((tx) =>
    countBatch(tx, { limit: BATCH, ...moment(context) }),
  )
  return counted ?? { counted: 0, more: false }
}
