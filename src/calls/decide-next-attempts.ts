import { randomFraction } from '#base'
import {
  type AttemptEnding,
  type DispatchVerdict,
  decideRetry,
  isTrunkFailure,
  mayBeRetried,
  type RetryDecision,
} from '#model'
import type { Queryable } from '#store'
import type { Attempt } from './begin-attempt.ts'
import type { CallsContext } from './context.ts'
import { campaignKey, findRulings } from './find-rulings.ts'

interface EndedAttempt {
  readonly attempt: Attempt
  readonly ending: AttemptEnding
  readonly endedAt: Date
}

/** What becomes of each call: by the retry policies and the calling hours of its campaign and account. */
export async function decideNextAttempts(
  context: CallsContext,
  tx: Queryable,
  attempts: readonly EndedAttempt[],
): Promise<RetryDecision[]> {
  const { settings, random } = context
  const ended = attempts.map(({ attempt: { claim, number }, ending, endedAt }) => ({
    claim,
    ending,
    attemptsMade: number,
    trunkFailures: claim.trunkFailures + (isTrunkFailure(ending) ? 1 : 0),
    maxRetries: claim.maxRetries,
    retryIntervalSeconds: claim.retryIntervalSeconds,
    quarantineSeconds: settings.quarantineSeconds,
    scale: settings.retryIntervalScale,
    endedAt,
    expiresAt: claim.expiresAt,
  }))
  const open = ended.filter(mayBeRetried).map(({ claim }) => claim)
  const rulings = open.length === 0 ? undefined : await findRulings(context, tx, open)
  return ended.map((one) => {
    if (!mayBeRetried(one)) return { kind: 'final' }
    const rules = rulings?.get(campaignKey(one.claim))
    return decideRetry({
      ...one,
      chance: randomFraction(random),
      policy: rules?.retryPolicy ?? {},
      nextOpening: (from) => rules?.ruling.nextOpening(one.claim, from),
    })
  })
}

/** What a call that is queued again waits for. */
export function waitingVerdicts(
  { outcome }: AttemptEnding,
  decision: RetryDecision | { readonly kind: 'canceled' },
): DispatchVerdict[] {
  if (decision.kind !== 'retry') return []
  const { dueAt, pausedUntil = dueAt } = decision
  const pause: DispatchVerdict = {
    rule: 'retry',
    allows: false,
    notBefore: pausedUntil,
    detail: `the last attempt ended as ${outcome}; the pause before the next one`,
  }
  if (pausedUntil === dueAt) return [pause]
  const detail = 'closed when the pause is over'
  return [pause, { rule: 'calling-window', allows: false, notBefore: dueAt, detail }]
}
