import { assert } from '#base'
import type { Queryable } from '../database/database.ts'

export interface NodeStart {
  /** Which of the node's starts this is: 1, 2, … */
  readonly incarnation: number
  /** The last sign of life of the start before; absent where there was none. */
  readonly lastHeartbeatAt?: Date
}

/** Says that a node starts. */
export async function startNode(db: Queryable, nodeId: string, now?: Date): Promise<NodeStart> {
  const [node] = await db.query<{ incarnation: number; lastHeartbeatAt: Date | null }>(
    `WITH before AS (SELECT heartbeat_at FROM nodes WHERE node_id = $1)
     INSERT INTO nodes (node_id, started_at, heartbeat_at)
     VALUES ($1, coalesce($2::timestamptz, now()), coalesce($2::timestamptz, now()))
     ON CONFLICT (node_id) DO UPDATE SET incarnation = nodes.incarnation + 1, live = true,
       started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at
     RETURNING incarnation, (SELECT heartbeat_at FROM before) AS "lastHeartbeatAt"`,
    [nodeId, now],
  )
  assert(node !== undefined, 'an upsert returns its row')
  const { incarnation, lastHeartbeatAt } = node
  return { incarnation, ...(lastHeartbeatAt === null ? {} : { lastHeartbeatAt }) }
}
