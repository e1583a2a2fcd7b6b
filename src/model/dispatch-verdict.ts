import type { Outcome } from './outcome.ts'

/** What may stand between a call that is due and its dialling. */
export type DispatchRule =
  | 'expired'
  /** Of the installation or the account. */
  | 'hold'
  /** Its state: paused, canceled, draining. */
  | 'campaign'
  /** Not imported whole. */
  | 'list'
  | 'due'
  | 'lines'
  | 'pacing'
  | 'do-not-call'
  /** Which numbers the account may call. */
  | 'destinations'
  /** The pause after an attempt. */
  | 'retry'
  | 'calling-window'
  | 'number-in-use'
  | 'number-gap'
  | 'number-cap'
  /** Of the account, until its midnight. */
  | 'attempts-per-day'
  | 'minutes-per-day'

/** One rule's answer for one call at one moment; stored with the call as JSON. */
export interface DispatchVerdict {
  readonly rule: DispatchRule
  readonly allows: boolean
  /** When the rule no longer objects, as far as it can be foreseen. */
  readonly notBefore?: Date
  /** Words for people. */
  readonly detail: string
}

export type DispatchDecision =
  | { readonly kind: 'dial' }
  /** Back to the queue, no attempt used. */
  | { readonly kind: 'later'; readonly notBefore: Date }
  /** The call ends undialled. */
  | {
      readonly kind: 'refuse'
      readonly rule: DispatchRule
      readonly outcome: Outcome
      readonly cause: string
    }

/** A rule that cannot say when it will allow the call is asked again after this. */
const ASK_AGAIN_MS = 3_600_000

/** Rules that never allow later what they do not allow now, and as what the call ends. */
const REFUSALS: Readonly<Partial<Record<DispatchRule, Outcome>>> = {
  'do-not-call': 'do-not-call',
  destinations: 'destination-not-allowed',
}

/** All rules must allow a call: it waits for the last of those that do not. */
export function decideDispatch(verdicts: readonly DispatchVerdict[], now: Date): DispatchDecision {
  const objections = verdicts.filter(({ allows }) => !allows)
  for (const { rule, detail: cause } of objections) {
    const outcome = REFUSALS[rule]
    if (outcome !== undefined) return { kind: 'refuse', rule, outcome, cause }
  }
  if (objections.length === 0) return { kind: 'dial' }
  const times = objections.map(
    ({ notBefore }) => notBefore?.getTime() ?? now.getTime() + ASK_AGAIN_MS,
  )
  return { kind: 'later', notBefore: new Date(Math.max(...times)) }
}
