import { assertNever, OutdialError } from '#base'
import { type CallAction, callTransition } from '#model'
import { type LockedCall, lockCall, type Queryable, requestCancels } from '#store'
import { concludeCalls } from './conclude-calls.ts'
import type { CallsContext } from './context.ts'
import { type CallDescription, callNotFound, describeCall } from './describe-call.ts'
import { untilUndialed } from './until-undialed.ts'

export interface CancelCall {
  readonly callId: number
  /** Absent: of any account. */
  readonly accountId?: number | undefined
  /** A connected call is ended as well, and counts as answered. */
  readonly hangUp?: boolean
}

/**
 * Cancels a call: one that waits, or has a line, ends at once, with its result; one that is dialled is
 * ended by its node. When this resolves, no INVITE of it leaves any more. Returns how it stands then:
 * ended as a rule, or about to end. To cancel again what was canceled changes nothing.
 *
 * @throws OutdialError `call-not-found`, `call-connected`, `call-ended`; temporary `store-…`
 */
export async function cancelCall(
  context: CallsContext,
  request: CancelCall,
): Promise<CallDescription> {
  const { callId, accountId } = request
  await cancelNow(context, request)
  await untilUndialed(context, [callId])
  const call = await describeCall(context, callId, accountId)
  if (call === undefined) throw callNotFound(callId)
  if (call.state !== 'queued') return call
  // Its node has withdrawn the attempt: no INVITE had left.
  await cancelNow(context, request)
  return (await describeCall(context, callId, accountId)) ?? call
}

function cancelNow(
  context: CallsContext,
  { callId, accountId, hangUp = false }: CancelCall,
): Promise<void> {
  return context.db.transaction(async (tx) => {
    const call = await lockCall(tx, { callId, accountId })
    if (call === undefined) throw callNotFound(callId)
    if (call.outcome === 'canceled') return
    const next = callTransition(call.state, { kind: 'cancel', hangUp })
    if (next === undefined) throw notCancelable(call)
    for (const action of next.actions) await perform(context, tx, { call, action })
  })
}

async function perform(
  context: CallsContext,
  tx: Queryable,
  { call, action }: { call: LockedCall; action: CallAction },
): Promise<void> {
  switch (action.kind) {
    case 'conclude':
      await concludeCalls(context, tx, [{ call, ending: CANCELED }])
      return
    case 'ask-node':
      await requestCancels(tx, { callId: call.callId }, action.cancel)
      return
    case 'count-attempt':
    case 'forget-attempt':
    case 'queue':
    case 'store-result':
      // Written with the conclusion, or not asked for by a cancel.
      return
    default:
      assertNever(action)
  }
}

const CANCELED = {
  outcome: 'canceled',
  cause: 'canceled on request',
  calleeType: '',
  durationSeconds: 0,
} as const

function notCancelable({ callId, state, outcome }: LockedCall): OutdialError {
  if (state === 'ended') {
    const sentence = `Call ${callId} has ended (${outcome}); there is nothing left to cancel.`
    return new OutdialError('call-ended', sentence)
  }
  return new OutdialError(
    'call-connected',
    `Call ${callId} is connected; to end it all the same, ask for a hang-up.`,
    { field: 'hang_up' },
  )
}
