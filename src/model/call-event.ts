import { type AttemptEnding, type Outcome, resultOf } from './outcome.ts'
import type { EndedCall } from './result-form.ts'

/** What an event tells: that the call has come so far. The last four end it. */
export type CallEventState =
  | 'queued'
  | 'dialing'
  | 'ringing'
  | 'answered'
  | 'callee_type'
  | 'completed'
  | 'failed'
  | 'canceled'
  | 'expired'

/** One event, as it is stored and posted. */
export interface CallEvent {
  readonly sequence: number
  /** JSON. */
  readonly body: string
}

/** The call as its events tell it. */
export type EventCall = Pick<
  EndedCall,
  'callId' | 'campaignId' | 'campaignName' | 'phoneNumber' | 'messageReference'
>

export interface CallEventContent {
  readonly state: CallEventState
  /** Attempts begun by then; 0: none yet. */
  readonly attempt: number
  /** UNIX time, milliseconds. */
  readonly atMs: number
  /** What only events of this state have, in snake_case. */
  readonly details?: Readonly<Record<string, unknown>>
}

/**
 * The body of an event: `type`, `timestamp` and `data`, as Standard Webhooks asks ("Payload structure").
 * `sequence` is greater in each later event of a call, with gaps, and the same whoever writes the event
 * and however often: at most once it is in the outbox.
 */
export function callEvent(
  call: EventCall,
  { state, attempt, atMs, details }: CallEventContent,
): CallEvent {
  const sequence = attempt * RANKS + RANK_OF[state]
  const data = {
    call_id: call.callId,
    sequence,
    state,
    attempt,
    phone_number: call.phoneNumber,
    message_reference: call.messageReference,
    campaign_id: call.campaignId,
    campaign_name: call.campaignName,
    ...details,
  }
  const timestamp = new Date(atMs).toISOString()
  return { sequence, body: JSON.stringify({ type: `call.${state}`, timestamp, data }) }
}

const RANKS = 10

/** Within an attempt, or after it. */
const RANK_OF: Readonly<Record<CallEventState, number>> = {
  dialing: 1,
  ringing: 2,
  answered: 3,
  callee_type: 4,
  queued: 5,
  completed: 9,
  failed: 9,
  canceled: 9,
  expired: 9,
}

/** The event of a call's final outcome. */
export function finalEvent(call: EndedCall, ending: AttemptEnding, atMs: number): CallEvent {
  const details = {
    result: resultOf(ending.outcome),
    outcome: ending.outcome,
    cause: ending.cause,
    sip_status: ending.sipStatus,
    hangup_by: ending.hangupBy,
    callee_type: ending.calleeType === '' ? undefined : ending.calleeType,
    duration: ending.durationSeconds,
    exit: ending.exitValue,
  }
  return callEvent(call, {
    state: finalState(ending.outcome),
    attempt: call.attempts,
    atMs,
    details,
  })
}

function finalState(outcome: Outcome): CallEventState {
  if (outcome === 'expired') return 'expired'
  const result = resultOf(outcome)
  return result === 'rejected' ? 'failed' : result
}
