import { assert, failPoint, OutdialError, traceStop, WriteGroup } from '#base'
import {
  type AttemptEnding,
  type CallState,
  callTransition,
  isTrunkFailure,
  type Outcome,
  type RetryDecision,
} from '#model'
import { type EndedAttemptTimes, endAttempts, type Queryable, requeueCalls } from '#store'
import { type Attempt, claimLost } from './begin-attempt.ts'
import { type Conclusion, concludeCalls } from './conclude-calls.ts'
import { type CallsContext, moment } from './context.ts'
import { decideNextAttempts, waitingVerdicts } from './decide-next-attempts.ts'
import { type ToldEvent, tellEvents } from './tell-events.ts'

/** Two writes at once keep the disk busy; what ends meanwhile shares the next one. */
const AT_ONCE = 2
const MOST_ATTEMPTS = 200

/** An attempt and how it ended. */
export interface FinishedAttempt {
  readonly attempt: Attempt
  readonly ending: AttemptEnding
}

/**
 * Writes how an attempt ended and what becomes of the call: the attempt, the call and, where the call
 * has ended, its result, in one transaction, which attempts that end at the same time share.
 *
 * @throws OutdialError `claim-lost`: somebody else has ended it; temporary `store-…`: try again
 */
export async function finishAttempt(
  context: CallsContext,
  attempt: Attempt,
  ending: AttemptEnding,
): Promise<'requeued' | 'ended'> {
  traceStop('calls/finish-attempt', attempt.claim.callId)
  const state = await groupOf(context).add({ attempt, ending })
  if (state === 'queued') return 'requeued'
  failPoint('h-result-stored')
  return 'ended'
}

/** One a server. */
const groups = new WeakMap<CallsContext, WriteGroup<FinishedAttempt, CallState>>()

function groupOf(context: CallsContext): WriteGroup<FinishedAttempt, CallState> {
  const group =
    groups.get(context) ??
    new WriteGroup({
      write: (finished) => context.db.transaction((tx) => finishAttempts(context, tx, finished)),
      atOnce: AT_ONCE,
      most: MOST_ATTEMPTS,
      concernsAll: (error) => error instanceof OutdialError && error.temporary,
    })
  groups.set(context, group)
  return group
}

interface Step extends FinishedAttempt {
  readonly times: EndedAttemptTimes
  readonly decision: RetryDecision | { readonly kind: 'canceled' }
}

/** The state of each call, or that its claim is lost. */
async function finishAttempts(
  context: CallsContext,
  tx: Queryable,
  finished: readonly FinishedAttempt[],
): Promise<(CallState | Error)[]> {
  const { now } = moment(context)
  const rows = finished.map(({ attempt, ending }) => {
    return { claim: attempt.claim, attempt: attempt.number, ending }
  })
  const times = await endAttempts(tx, rows, now)
  const ended = finished.flatMap((one) => {
    const own = times.get(one.attempt.claim.callId)
    return own === undefined ? [] : [{ ...one, times: own, endedAt: own.endedAt }]
  })
  const decisions = await decideNextAttempts(context, tx, ended)
  const steps = ended.map((one, index) => {
    const decision = decisions[index]
    assert(decision !== undefined, 'every attempt has its decision')
    return { ...one, decision }
  })
  const states = await settle(context, tx, steps)
  return finished.map(({ attempt: { claim } }) => states.get(claim.callId) ?? claimLost(claim))
}

/** Writes what the decisions make of the calls. */
async function settle(
  context: CallsContext,
  tx: Queryable,
  steps: readonly Step[],
): Promise<ReadonlyMap<number, CallState>> {
  const settlements = steps.map(settlementOf)
  const retries = settlements.flatMap((one) => (one.kind === 'retry' ? [one] : []))
  const requeued = retries.map(({ step: { attempt, ending, decision }, dueAt }) => ({
    claim: attempt.claim,
    dueAt,
    trunkFailed: isTrunkFailure(ending),
    verdicts: waitingVerdicts(ending, decision),
  }))
  const { now } = moment(context)
  const written = new Set(requeued.length === 0 ? [] : await requeueCalls(tx, requeued, now))
  const isWritten = ({ step }: Settlement): boolean => written.has(step.attempt.claim.callId)
  await tellEvents(context, tx, retries.filter(isWritten).map(requeuedEvent))
  const settled = settlements.map((one) => {
    if (one.kind !== 'retry' || isWritten(one)) return one
    // The call was to be canceled meanwhile, or is no longer ours, as concluding finds out.
    return settlementOf({ ...one.step, decision: { kind: 'canceled' } })
  })
  const conclusions = settled.flatMap((one) => (one.kind === 'end' ? [conclusionOf(one)] : []))
  await concludeCalls(context, tx, conclusions)
  return new Map(settled.map(({ step, state }) => [step.attempt.claim.callId, state]))
}

interface Requeue {
  readonly kind: 'retry'
  readonly step: Step
  readonly state: CallState
  readonly dueAt: Date
}

type Settlement =
  | Requeue
  | {
      readonly kind: 'end'
      readonly step: Step
      readonly state: CallState
      readonly outcome: 'attempt' | Outcome
    }

function requeuedEvent({ step: { attempt, ending }, dueAt }: Requeue): ToldEvent {
  const details = { outcome: ending.outcome, sip_status: ending.sipStatus, next_attempt_at: dueAt }
  return { claim: attempt.claim, state: 'queued', attempt: attempt.number, details }
}

function settlementOf(step: Step): Settlement {
  const from = step.times.answeredAt === undefined ? 'dialing' : 'answered'
  const next = callTransition(from, { kind: 'attempt-end', decision: step.decision })
  assert(next !== undefined, 'an attempt may end in any state that it has')
  const { state } = next
  for (const action of next.actions) {
    if (action.kind === 'queue') return { kind: 'retry', step, state, dueAt: action.dueAt }
    if (action.kind === 'conclude') return { kind: 'end', step, state, outcome: action.outcome }
  }
  throw new Error(`An attempt’s end neither queues nor concludes: ${step.decision.kind}`)
}

function conclusionOf({
  step: { attempt, ending, times },
  outcome,
}: Extract<Settlement, { kind: 'end' }>): Conclusion {
  const call = { ...attempt.claim, attempts: attempt.number, lastAttemptAt: times.dialedAt }
  return { call, ending: outcome === 'attempt' ? ending : { ...ending, outcome } }
}
