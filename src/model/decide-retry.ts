import type { AttemptEnding } from './outcome.ts'
import {
  RETRIED_ENDINGS,
  type RetriedEnding,
  type RetryPolicy,
  type RetryRule,
  UNWANTED_STATUSES,
} from './retry-policy.ts'

export type RetryDecision =
  /** The call ends with this attempt's outcome. */
  | { readonly kind: 'final' }
  /** `pausedUntil`: where the calling hours put the call off further than its pause. */
  | { readonly kind: 'retry'; readonly dueAt: Date; readonly pausedUntil?: Date }
  /** Another attempt was left, but it would come too late: the call ends as expired. */
  | { readonly kind: 'expired' }

export interface EndedAttempt {
  readonly ending: Pick<AttemptEnding, 'outcome' | 'sipStatus'> &
    Partial<Pick<AttemptEnding, 'calleeType'>>
  /** This one included. */
  readonly attemptsMade: number
  /** How many of them were failures of a trunk that count as none, this one included. */
  readonly trunkFailures?: number
  readonly maxRetries: number
  readonly retryIntervalSeconds: number
  readonly endedAt: Date
  readonly expiresAt?: Date | undefined
  /**
   * How long after the end the far end may still be ringing, where nobody knows: an attempt that was
   * interrupted, or never answered at all, is not followed by another one sooner.
   */
  readonly quarantineSeconds?: number
  /** The campaign's and the account's, merged. */
  readonly policy?: RetryPolicy
  /** How much of the jitter falls to this call, from 0 to 1. */
  readonly chance?: number
  /** Multiplies every pause: 1, but for demonstrations. */
  readonly scale?: number
  /** The calling hours' next opening; undefined: none in sight. */
  readonly nextOpening?: (from: Date) => Date | undefined
}

/**
 * What becomes of a call when an attempt has ended (`docs/reference/retries.md`): 1 + max_retries
 * attempts, `retry_interval` at the least from the end of one to the start of the next. A failure of the
 * trunk is no attempt of the callee's; it has a bound of its own, and its pause grows.
 */
export function decideRetry(attempt: EndedAttempt): RetryDecision {
  const rule = ruleFor(attempt)
  if (!rule.retry || !isAttemptLeft(attempt)) return { kind: 'final' }
  const pauseMs = pauseSeconds(attempt, rule) * (attempt.scale ?? 1) * 1000
  const pausedUntil = new Date(Math.ceil(attempt.endedAt.getTime() + pauseMs))
  const dueAt = attempt.nextOpening?.(pausedUntil) ?? pausedUntil
  if (attempt.expiresAt !== undefined && dueAt >= attempt.expiresAt) return { kind: 'expired' }
  return { kind: 'retry', dueAt, ...(dueAt > pausedUntil ? { pausedUntil } : {}) }
}

/** Whether some policy would have the call tried again; if not, none need be looked up. */
export function mayBeRetried(attempt: EndedAttempt): boolean {
  const { outcome } = attempt.ending
  const isOver =
    IS_OVER.includes(outcome) || (outcome === 'answered' && !endingKind(attempt.ending))
  const trunkRetries = Number.POSITIVE_INFINITY
  return !isOver && isAttemptLeft({ ...attempt, policy: { trunkRetries } })
}

/** RFC 3261 sections 21.4.2 and 21.4.8: who we are is refused, not whom we call. */
const REFUSED_US: readonly (number | undefined)[] = [undefined, 401, 402, 407]

/** The trunk could not be reached, or does not know us: nobody was called. */
export function isTrunkFailure({ outcome, sipStatus }: EndedAttempt['ending']): boolean {
  return outcome === 'trunk-failure' && REFUSED_US.includes(sipStatus)
}

/** Uncounted failures of a trunk in one call. */
const TRUNK_RETRIES = 20
const LONGEST_TRUNK_PAUSE_SECONDS = 900
/** The jitter where the policy names none: a tenth of the pause, this at the most. */
const MOST_JITTER_SECONDS = 30

/** A person who was reached is not called again; a machine only where the policy says so. */
function ruleFor({ ending, policy }: EndedAttempt): RetryRule {
  const kind = endingKind(ending)
  const byStatus = policy?.statuses?.[String(ending.sipStatus)]
  const byOutcome = kind === undefined ? undefined : policy?.outcomes?.[kind]
  const never = wasAnswered(ending)
    ? kind === undefined
    : UNWANTED_STATUSES.includes(ending.sipStatus)
  if (never || IS_OVER.includes(ending.outcome)) return { retry: false }
  const standard = { retry: kind !== undefined && kind !== 'machine' && kind !== 'fax' }
  return { ...standard, ...byOutcome, ...(wasAnswered(ending) ? {} : byStatus) }
}

/** The call itself is over, whatever a policy says. */
const IS_OVER: readonly string[] = [
  ...['app-error', 'canceled', 'expired', 'do-not-call', 'destination-not-allowed'],
]

function wasAnswered({ outcome }: EndedAttempt['ending']): boolean {
  return outcome === 'answered'
}

/** Undefined: a person, or one that no outcome of a policy is for, as an invalid number. */
function endingKind({ outcome, calleeType }: EndedAttempt['ending']): RetriedEnding | undefined {
  if (outcome === 'answered') {
    if (calleeType === 'answeringmachine') return 'machine'
    return calleeType === 'fax' ? 'fax' : undefined
  }
  return RETRIED_ENDINGS.find((kind) => kind === outcome)
}

function isAttemptLeft(attempt: EndedAttempt): boolean {
  const { ending, attemptsMade, trunkFailures = 0, maxRetries, policy } = attempt
  if (isTrunkFailure(ending)) return trunkFailures <= (policy?.trunkRetries ?? TRUNK_RETRIES)
  return attemptsMade - trunkFailures <= maxRetries
}

/** Never less than the call's own interval. */
function pauseSeconds(attempt: EndedAttempt, { interval = 0 }: RetryRule): number {
  const unsure = ['interrupted', 'unknown'].includes(attempt.ending.outcome)
  const pause = Math.max(
    attempt.retryIntervalSeconds,
    interval,
    unsure ? (attempt.quarantineSeconds ?? 0) : 0,
    isTrunkFailure(attempt.ending) ? trunkPauseSeconds(attempt) : 0,
  )
  const jitter = attempt.policy?.jitter ?? Math.min(MOST_JITTER_SECONDS, pause / 10)
  return pause + jitter * (attempt.chance ?? 0)
}

/** Twice as long each time. */
function trunkPauseSeconds({ trunkFailures = 1 }: EndedAttempt): number {
  return Math.min(LONGEST_TRUNK_PAUSE_SECONDS, 60 * 2 ** (trunkFailures - 1))
}
