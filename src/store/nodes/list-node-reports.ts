import type { NodeReport } from '#model'
import type { Queryable } from '../database/database.ts'

export interface ReportingNode {
  readonly nodeId: string
  readonly startedAt: Date
  readonly heartbeatAt: Date
  /** Null: it has said nothing of itself for longer than a while. */
  readonly report: NodeReport | null
}

/** All nodes that neither stopped nor were taken over, with what they said of themselves within `withinSeconds`. */
export function listNodeReports(
  db: Queryable,
  { withinSeconds, now }: { readonly withinSeconds: number; readonly now?: Date },
): Promise<ReportingNode[]> {
  return db.query<ReportingNode>(
    `SELECT n.node_id AS "nodeId", n.started_at AS "startedAt", n.heartbeat_at AS "heartbeatAt", r.report
     FROM nodes n LEFT JOIN node_reports r ON r.node_id = n.node_id AND r.reported_at >= n.started_at
       AND r.reported_at > coalesce($2::timestamptz, clock_timestamp()) - make_interval(secs => $1)
     WHERE n.live ORDER BY n.node_id`,
    [withinSeconds, now],
  )
}
