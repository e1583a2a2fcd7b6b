import type { Queryable } from '../database/database.ts'

/**
 * The node is none any more, until it joins again. `heartbeatAt`: only where it gave no sign of life
 * since. Returns 0 where it did, or was started again, or is none already.
 */
export function retireNode(
  db: Queryable,
  node: { nodeId: string; incarnation: number; heartbeatAt?: Date },
): Promise<number> {
  return db.execute(
    `UPDATE nodes SET live = false
     WHERE node_id = $1 AND incarnation = $2 AND live
       AND heartbeat_at = coalesce($3::timestamptz, heartbeat_at)`,
    [node.nodeId, node.incarnation, node.heartbeatAt],
  )
}
