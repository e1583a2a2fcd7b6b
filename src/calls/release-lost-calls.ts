import { releaseLostClaims, takeOverAttempts } from '#store'
import type { CallsContext } from './context.ts'
import { type RecoveredAttempt, recoverAttempt } from './recover-attempts.ts'

/**
 * After an outage of the store: what this node holds on disk and nobody tends to. What it claimed or
 * meant to dial itself goes back to the queue, no attempt consumed: `released` calls. What it took over
 * from another process is `left` to be ended. `inHand` are the calls with an attempt in progress, begun
 * or about to be; nothing may be claimed meanwhile.
 */
export async function releaseLostCalls(
  { db }: CallsContext,
  node: { nodeId: string; incarnation: number; inHand: readonly number[] },
): Promise<{ released: number; left: readonly RecoveredAttempt[] }> {
  const released = await releaseLostClaims(db, node)
  const left = await takeOverAttempts(db, { from: node, by: node, inHand: node.inHand })
  return { released, left: left.map(recoverAttempt) }
}
