import { measure, randomHex } from '#base'
import { type AttemptEnding, type EndedCall, finalEvent, resultForm } from '#model'
import { finishCalls, type Queryable } from '#store'
import { claimLost } from './begin-attempt.ts'
import { type CallsContext, moment } from './context.ts'

/** A call that is to have its final outcome now. */
export interface Conclusion {
  readonly call: EndedCall & ClaimKey
  readonly ending: AttemptEnding
}

export interface ClaimKey {
  readonly accountId: number
  readonly claimEpoch: number
}

/**
 * Writes the one final outcome of each call and, in the same transaction, its result and last event
 * into the outbox and its number in the counts of its campaign. A result's id and body are fixed here: every try of
 * its delivery carries the same bytes.
 *
 * @throws OutdialError `claim-lost` where one of them is no longer this node's: nothing may be committed
 */
export async function concludeCalls(
  context: CallsContext,
  tx: Queryable,
  conclusions: readonly Conclusion[],
): Promise<void> {
  if (conclusions.length === 0) return
  const { now } = moment(context)
  const atMs = now?.getTime() ?? context.clock.now()
  const finished = conclusions.map(({ call, ending }) => {
    const id = randomHex(context.random, 16)
    const event = { webhookId: `evt_${id}`, ...finalEvent(call, ending, atMs) }
    const result = { webhookId: `msg_${id}`, body: resultForm(call, ending), event }
    return { claim: call, ending, result }
  })
  const ended = new Set(await finishCalls(tx, finished, now))
  for (const { call } of conclusions) if (!ended.has(call.callId)) throw claimLost(call)
  tx.whenCommitted(() => {
    for (const { ending } of conclusions) measure('call-ended', { outcome: ending.outcome })
  })
}
