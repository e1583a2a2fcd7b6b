import { markAnswered } from '#store'
import { type Attempt, claimLost } from './begin-attempt.ts'
import { type CallsContext, moment } from './context.ts'

/**
 * The callee answered. `dialog`: what a restart needs to hang up, JSON-safe.
 *
 * @throws OutdialError `claim-lost`
 */
export async function noteAnswered(
  context: CallsContext,
  attempt: Attempt,
  dialog: unknown,
): Promise<void> {
  const { claim, number } = attempt
  const row = { claim, attempt: number, dialog, ...moment(context) }
  if ((await markAnswered(context.db, row)) === 0) throw claimLost(claim)
}
