import { assertNever } from '#base'
import type { CallCancel, CallState } from './call.ts'
import type { RetryDecision } from './decide-retry.ts'
import type { Outcome } from './outcome.ts'

/** What can happen to a call (`docs/call-states.md` draws this machine). */
export type CallInput =
  | { readonly kind: 'claim' }
  /** A rule says that it must not be dialled at all. */
  | { readonly kind: 'refuse'; readonly outcome: Outcome }
  /** The node gives the claim back, nothing dialled. */
  | { readonly kind: 'release' }
  /** The intent of an attempt is written; the INVITE may leave. */
  | { readonly kind: 'dial' }
  /** No INVITE left after all. */
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'answer' }
  | { readonly kind: 'attempt-end'; readonly decision: RetryDecision | CanceledMeanwhile }
  | { readonly kind: 'expire' }
  | { readonly kind: 'cancel'; readonly hangUp: boolean }

/** The call was to be canceled while the attempt ran: no other one follows. */
export interface CanceledMeanwhile {
  readonly kind: 'canceled'
}

/** What the transition asks of its driver, all of it in one transaction. */
export type CallAction =
  | { readonly kind: 'count-attempt' }
  | { readonly kind: 'forget-attempt' }
  | { readonly kind: 'queue'; readonly dueAt: Date }
  /** Write the outcome: the attempt's own, or the word given here. */
  | { readonly kind: 'conclude'; readonly outcome: 'attempt' | Outcome }
  | { readonly kind: 'store-result' }
  /** Its node is to end the attempt: while it is unanswered, or in any case. */
  | { readonly kind: 'ask-node'; readonly cancel: CallCancel }

export interface CallTransition {
  readonly state: CallState
  readonly actions: readonly CallAction[]
}

/** The call's machine. Undefined where `input` cannot happen in `state`: the caller's claim is stale. */
export function callTransition(state: CallState, input: CallInput): CallTransition | undefined {
  switch (input.kind) {
    case 'claim':
      return state === 'queued' ? to('claimed') : undefined
    case 'refuse':
      return state === 'queued' ? conclude(input.outcome) : undefined
    case 'release':
      return state === 'claimed' ? to('queued') : undefined
    case 'dial':
      return state === 'claimed' ? to('dialing', { kind: 'count-attempt' }) : undefined
    case 'withdraw':
      return state === 'dialing' ? to('queued', { kind: 'forget-attempt' }) : undefined
    case 'answer':
      return state === 'dialing' ? to('answered') : undefined
    case 'attempt-end':
      return state === 'dialing' || state === 'answered' ? attemptEnd(input.decision) : undefined
    case 'expire':
      return state === 'queued' ? conclude('expired') : undefined
    case 'cancel':
      return cancel(state, input.hangUp)
    default:
      return assertNever(input)
  }
}

/** What has no INVITE has ended at once; a person on the line is hung up only where that is asked for. */
function cancel(state: CallState, hangUp: boolean): CallTransition | undefined {
  switch (state) {
    case 'queued':
    case 'claimed':
      return conclude('canceled')
    case 'dialing':
      return to(state, { kind: 'ask-node', cancel: hangUp ? 'connected' : 'ringing' })
    case 'answered':
      return hangUp ? to(state, { kind: 'ask-node', cancel: 'connected' }) : undefined
    case 'ended':
      return undefined
    default:
      return assertNever(state)
  }
}

function attemptEnd(decision: RetryDecision | CanceledMeanwhile): CallTransition {
  switch (decision.kind) {
    case 'retry':
      return to('queued', { kind: 'queue', dueAt: decision.dueAt })
    case 'expired':
      return conclude('expired')
    case 'canceled':
      return conclude('canceled')
    case 'final':
      return conclude('attempt')
    default:
      return assertNever(decision)
  }
}

function conclude(outcome: 'attempt' | Outcome): CallTransition {
  return to('ended', { kind: 'conclude', outcome }, { kind: 'store-result' })
}

function to(state: CallState, ...actions: CallAction[]): CallTransition {
  return { state, actions }
}
