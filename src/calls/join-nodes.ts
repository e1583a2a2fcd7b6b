import { lockInstallation, startNode } from '#store'
import { type CallsContext, moment } from './context.ts'
import { type RecoveredAttempt, recoverAttempts } from './recover-attempts.ts'

export interface JoinedNode {
  /** Which of the node's starts this is: 1, 2, … */
  readonly incarnation: number
  /** What its earlier starts left open. */
  readonly left: readonly RecoveredAttempt[]
}

/** Takes the node's place among all nodes, from an earlier process of the same name as well. */
export function joinNodes(context: CallsContext, nodeId: string): Promise<JoinedNode> {
  return context.db.transaction(async (tx) => {
    const { now } = moment(context)
    await lockInstallation(tx, now)
    const { incarnation, lastHeartbeatAt } = await startNode(tx, nodeId, now)
    const left = await recoverAttempts(tx, {
      from: { nodeId, incarnation: incarnation - 1 },
      by: { nodeId, incarnation },
      lastHeartbeatAt,
    })
    return { incarnation, left }
  })
}
