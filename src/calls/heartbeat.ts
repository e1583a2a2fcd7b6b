import { heartbeatNode, type LiveNode, listLiveNodes, type NodeStanding } from '#store'
import { type CallsContext, moment } from './context.ts'

export interface Heartbeat {
  /** Undefined: there is no such node. */
  readonly standing: NodeStanding | undefined
  /** All nodes as they are now, this one among them. */
  readonly nodes: readonly LiveNode[]
}

/** The node lives: it tells so, and learns whether it still is one, and of the others. */
export async function heartbeat(
  context: CallsContext,
  node: { nodeId: string; incarnation: number },
): Promise<Heartbeat> {
  const standing = await heartbeatNode(context.db, { ...node, ...moment(context) })
  return { standing, nodes: await listLiveNodes(context.db) }
}
