import type { AttemptEnding } from '#model'
import { findSettlingLists, type QueuedCallsRequest, settleCallList, takeQueuedCalls } from '#store'
import { concludeCalls } from './conclude-calls.ts'
import type { CallsContext } from './context.ts'

/** Calls concluded in one transaction. */
const BATCH = 500
/** Of one list before the next has its turn, so that a million of one account keep no other waiting. */
const BATCHES_IN_A_ROW = 4

/**
 * Concludes what waits in canceled lists, what was never dialled in draining ones, and what was to be
 * canceled while an attempt was withdrawn, each call with its result. Any number of nodes may do it at once; after a crash, whoever looks goes on. Returns how many
 * calls; 0: nothing is left for us to do.
 */
export async function settleLists(context: CallsContext): Promise<number> {
  let total = await conclude(context, { only: 'to-cancel', limit: BATCH }, WITHDRAWN)
  for (const list of await findSettlingLists(context.db)) {
    const isDraining = list.state === 'draining'
    const request = { list, limit: BATCH, ...(isDraining ? { only: 'undialed' as const } : {}) }
    let concluded = BATCH
    for (let batch = 0; batch < BATCHES_IN_A_ROW && concluded === BATCH; batch++) {
      concluded = await conclude(context, request, isDraining ? DRAINED : CANCELED)
      total += concluded
    }
    if (concluded === 0) await settleCallList(context.db, list)
  }
  return total
}

function conclude(
  context: CallsContext,
  request: QueuedCallsRequest,
  ending: AttemptEnding,
): Promise<number> {
  return context.db.transaction(async (tx) => {
    const calls = await takeQueuedCalls(tx, request)
    await concludeCalls(
      context,
      tx,
      calls.map((call) => ({ call, ending })),
    )
    return calls.length
  })
}

const CANCELED = {
  outcome: 'canceled',
  cause: 'canceled with all that was pending',
  calleeType: '',
  durationSeconds: 0,
} as const

const WITHDRAWN = { ...CANCELED, cause: 'canceled on request' } as const

const DRAINED = { ...CANCELED, cause: 'not dialled before its campaign was drained' } as const
