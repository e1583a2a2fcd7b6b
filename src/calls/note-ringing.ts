import { markRinging } from '#store'
import type { Attempt } from './begin-attempt.ts'
import { type CallsContext, moment } from './context.ts'
import { writeAndTell } from './tell-events.ts'

/** A provisional response came. It may come several times, and late: only the first is written. */
export async function noteRinging(context: CallsContext, attempt: Attempt): Promise<void> {
  const { claim, number } = attempt
  const row = { claim, attempt: number, ...moment(context) }
  const event = { claim, state: 'ringing', attempt: number } as const
  await writeAndTell(context, event, (db) => markRinging(db, row))
}
