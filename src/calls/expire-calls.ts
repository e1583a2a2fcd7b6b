import { expireDueCalls } from '#store'
import { concludeCalls } from './conclude-calls.ts'
import { type CallsContext, moment } from './context.ts'

const BATCH = 200

/** Ends every queued call whose expiration has passed, with its result. Returns how many. */
export async function expireCalls(context: CallsContext): Promise<number> {
  let total = 0
  for (;;) {
    const expired = await expireBatch(context)
    total += expired
    if (expired < BATCH) return total
  }
}

function expireBatch(context: CallsContext): Promise<number> {
  return context.db.transaction(async (tx) => {
    const calls = await expireDueCalls(tx, { limit: BATCH, ...moment(context) })
    const conclusions = calls.map((call) => ({ call, ending: EXPIRED }))
    await concludeCalls(context, tx, conclusions)
    return calls.length
  })
}

export const EXPIRED = {
  outcome: 'expired',
  cause: 'the expiration passed before a further attempt',
  calleeType: '',
  durationSeconds: 0,
} as const
