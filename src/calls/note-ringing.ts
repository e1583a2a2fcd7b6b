import { markRinging } from '#store'
import type { Attempt } from './begin-attempt.ts'
import { type CallsContext, moment } from './context.ts'

/** A provisional response came. It may come several times, and late: only the first is written. */
export async function noteRinging(context: CallsContext, attempt: Attempt): Promise<void> {
  const { claim, number } = attempt
  await markRinging(context.db, { claim, attempt: number, ...moment(context) })
}
