import { type FailedTrunk, moveAttempt as updateAttempt } from '#store'
import { type Attempt, claimLost } from './begin-attempt.ts'
import type { CallsContext } from './context.ts'

/**
 * Commits the intent to dial by another trunk, in the same attempt, because the one before certainly
 * reached nobody; only then may that INVITE leave.
 *
 * @throws OutdialError `claim-lost`: nothing may be sent
 */
export async function moveAttempt(
  context: CallsContext,
  { claim, number }: Attempt,
  next: { trunk: string; invite: unknown; failed: FailedTrunk },
): Promise<void> {
  const moved = await updateAttempt(context.db, { claim, attempt: number, ...next })
  if (moved === 0) throw claimLost(claim)
}
