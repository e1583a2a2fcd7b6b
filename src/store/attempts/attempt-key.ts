import { type AttemptInput, attemptStatesBefore, type ClaimedCall } from '#model'

/** Names one attempt, and fences what is written to it: a stale claim matches no row. */
export interface AttemptKey {
  readonly claim: Pick<ClaimedCall, 'accountId' | 'callId' | 'claimEpoch'>
  /** 1 for the first. */
  readonly attempt: number
}

/** The parameters $1–$4 of every statement that writes to an attempt. */
export function attemptParams({ claim, attempt }: AttemptKey): [number, number, number, number] {
  return [claim.accountId, claim.callId, attempt, claim.claimEpoch]
}

/** The states of an attempt to which `input` can happen, as SQL's list. */
export function statesBefore(input: AttemptInput): string {
  return `(${attemptStatesBefore(input)
    .map((state) => `'${state}'`)
    .join(', ')})`
}
