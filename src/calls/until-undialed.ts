import { sleep } from '#base'
import { countDialedCalls } from '#store'
import type { CallsContext } from './context.ts'

/** The node that has a call learns of its cancel at once, or by its next look; then no INVITE leaves. */
const PATIENCE_MS = 1000
const LOOK_EVERY_MS = 20

/** Waits until none of these calls is dialled any more, but not for ever: who was told stops in time. */
export async function untilUndialed(
  { db, clock }: CallsContext,
  callIds: readonly number[],
): Promise<void> {
  const patienceEnds = clock.monotonic() + PATIENCE_MS
  while ((await countDialedCalls(db, callIds)) > 0 && clock.monotonic() < patienceEnds) {
    await sleep(clock, LOOK_EVERY_MS)
  }
}
