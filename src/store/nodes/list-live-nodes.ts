import type { Queryable } from '../database/database.ts'

export interface LiveNode {
  readonly nodeId: string
  readonly incarnation: number
  readonly heartbeatAt: Date
}

/** All nodes that neither stopped nor were taken over. */
export function listLiveNodes(db: Queryable): Promise<LiveNode[]> {
  return db.query<LiveNode>(
    `SELECT node_id AS "nodeId", incarnation, heartbeat_at AS "heartbeatAt"
     FROM nodes WHERE live ORDER BY node_id`,
  )
}
