import { retireNode } from '#store'
import type { CallsContext } from './context.ts'

/** The node stops and has nothing in hand: others need not wait for it. */
export async function leaveNodes(
  context: CallsContext,
  node: { nodeId: string; incarnation: number },
): Promise<void> {
  await retireNode(context.db, node)
}
