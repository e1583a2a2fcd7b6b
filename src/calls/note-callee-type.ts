import type { CalleeType } from '#model'
import type { Attempt } from './begin-attempt.ts'
import type { CallsContext } from './context.ts'
import { tellEvents } from './tell-events.ts'

/** It is known who or what answered: told as an event, where somebody wants to know; stored with the ending. */
export async function noteCalleeType(
  context: CallsContext,
  { claim, number }: Attempt,
  calleeType: CalleeType,
): Promise<void> {
  const details = { callee_type: calleeType }
  await tellEvents(context, context.db, [{ claim, state: 'callee_type', attempt: number, details }])
}
