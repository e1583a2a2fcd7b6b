import type { Queryable } from '../database/database.ts'

export interface NodeStanding {
  /** The node's latest start. Another than one's own: this process is a leftover and must stop. */
  readonly incarnation: number
  /** False: its calls were taken over; it must end what it has, and join again. */
  readonly live: boolean
  /** How many other nodes there are. */
  readonly peers: number
}

/** The node lives, where it still is one of this start. Undefined: there is no such node. */
export async function heartbeatNode(
  db: Queryable,
  node: { nodeId: string; incarnation: number; now?: Date },
): Promise<NodeStanding | undefined> {
  const [standing] = await db.query<NodeStanding>(
    `WITH beat AS (
       UPDATE nodes SET heartbeat_at = coalesce($3::timestamptz, clock_timestamp())
       WHERE node_id = $1 AND incarnation = $2 AND live
     )
     SELECT incarnation, live,
       (SELECT count(*)::integer FROM nodes WHERE live AND node_id <> $1) AS peers
     FROM nodes WHERE node_id = $1`,
    [node.nodeId, node.incarnation, node.now],
  )
  return standing
}
