import { wakePutOffCalls as wakeSome } from '#store'
import { type CallsContext, moment } from './context.ts'

const BATCH = 5000

/**
 * Has the rules asked again about all queued calls that one of them has put off: what it was put off to may
 * no longer be right. A call that was tried before keeps its pause.
 */
export async function wakePutOffCalls(
  context: CallsContext,
  calls: { readonly accountId: number; readonly campaignId?: number },
): Promise<void> {
  for (;;) {
    if ((await wakeSome(context.db, { ...calls, limit: BATCH, ...moment(context) })) === 0) return
  }
}
