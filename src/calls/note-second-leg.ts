import { writeSecondLeg } from '#store'
import { type Attempt, claimLost } from './begin-attempt.ts'
import type { CallsContext } from './context.ts'

/**
 * Commits what a restart needs to know of a second leg: before its INVITE leaves, and again with its
 * dialog when it is answered.
 *
 * @throws OutdialError `claim-lost`: nothing may be sent
 */
export async function noteSecondLeg(
  context: CallsContext,
  { claim, number }: Attempt,
  leg: { invite: unknown; dialog?: unknown },
): Promise<void> {
  const written = await writeSecondLeg(context.db, { claim, attempt: number, ...leg })
  if (written === 0) throw claimLost(claim)
}
