import { OutdialError } from '#base'
import type { ClaimedCall } from '#model'
import { insertAttempt } from '#store'
import { type CallsContext, moment } from './context.ts'
import { writeAndTell } from './tell-events.ts'

/** One try to reach the person of a claimed call. */
export interface Attempt {
  readonly claim: ClaimedCall
  /** 1 for the first. */
  readonly number: number
}

/**
 * Commits the intent to dial; only then may the INVITE leave. From here on the attempt counts.
 * `invite`: what a restart needs to know of it, JSON-safe.
 *
 * @throws OutdialError `claim-lost`: somebody else has the call; nothing may be sent
 */
export async function beginAttempt(
  context: CallsContext,
  claim: ClaimedCall,
  { trunk, invite }: { trunk: string; invite: unknown },
): Promise<Attempt> {
  const attempt = { claim, number: claim.attempts + 1 }
  const row = { claim, attempt: attempt.number, trunk, invite, ...moment(context) }
  const event = { claim, state: 'dialing', attempt: attempt.number, details: { trunk } } as const
  const written = await writeAndTell(context, event, (db) => insertAttempt(db, row))
  if (written === 0) throw claimLost(claim)
  return attempt
}

/** This process is a leftover: another one has taken the call over, or ended it. */
export function claimLost(claim: Pick<ClaimedCall, 'callId'>): OutdialError {
  return new OutdialError('claim-lost', `Call ${claim.callId} is no longer this node's to dial.`)
}
