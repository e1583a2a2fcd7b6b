import { clearSecondLeg } from '#store'
import type { Attempt } from './begin-attempt.ts'
import type { CallsContext } from './context.ts'

/** The second leg is over. Its line is free, as that of the first is when the attempt ends. */
export async function endSecondLeg(
  context: CallsContext,
  { claim, number }: Attempt,
): Promise<void> {
  await clearSecondLeg(context.db, { claim, attempt: number })
}
