import { OutdialError } from '#base'
import { type CallRecord, findCall } from '#store'
import type { CallsContext } from './context.ts'

/** How a call stands: its attempts and the delivery of its result included. */
export type CallDescription = CallRecord

/** Undefined where there is no such call, or where it is not of the account that is asked for. */
export function describeCall(
  context: CallsContext,
  callId: number,
  accountId?: number,
): Promise<CallDescription | undefined> {
  return findCall(context.db, callId, accountId)
}

export function callNotFound(callId: number): OutdialError {
  return new OutdialError('call-not-found', `There is no call ${callId}; check its id.`)
}
