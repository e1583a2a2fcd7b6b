import { type LiveNode, lockInstallation, retireNode } from '#store'
import { type CallsContext, moment } from './context.ts'
import { type RecoveredAttempt, recoverAttempts } from './recover-attempts.ts'

/**
 * Takes what a node has in hand that gives no sign of life. `dead`: as it was last seen; where it has
 * given one since, nothing happens and the answer is undefined.
 */
export function takeOverNode(
  context: CallsContext,
  dead: LiveNode,
  by: { nodeId: string; incarnation: number },
): Promise<readonly RecoveredAttempt[] | undefined> {
  return context.db.transaction(async (tx) => {
    await lockInstallation(tx, moment(context).now)
    if ((await retireNode(tx, dead)) === 0) return undefined
    return recoverAttempts(tx, { from: dead, by, lastHeartbeatAt: dead.heartbeatAt })
  })
}
