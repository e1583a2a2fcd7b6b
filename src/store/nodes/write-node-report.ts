import type { NodeReport } from '#model'
import type { Queryable } from '../database/database.ts'

/** Instead of what the node said of itself before. */
export async function writeNodeReport(
  db: Queryable,
  { nodeId, report, now }: { nodeId: string; report: NodeReport; now?: Date },
): Promise<void> {
  await db.execute(
    `INSERT INTO node_reports (node_id, reported_at, report)
     VALUES ($1, coalesce($3::timestamptz, clock_timestamp()), $2::jsonb)
     ON CONFLICT (node_id)
       DO UPDATE SET reported_at = excluded.reported_at, report = excluded.report`,
    [nodeId, JSON.stringify(report), now],
  )
}
