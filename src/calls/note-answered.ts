import { markAnswered } from '#store'
import { type Attempt, claimLost } from './begin-attempt.ts'
import { type CallsContext, moment } from './context.ts'
import { writeAndTell } from './tell-events.ts'

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
  const event = { claim, state: 'answered', attempt: number } as const
  const written = await writeAndTell(context, event, (db) => markAnswered(db, row))
  if (written === 0) throw claimLost(claim)
}
