import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

/** A recording of a call, or why there is none. */
export interface CallRecordingRecord {
  readonly attempt: number
  readonly nodeId: string
  readonly name?: string
  /** Absent: it is on the node's disk. */
  readonly bucket?: string
  readonly bytes: number
  readonly durationMs: number
  readonly fault?: string
  readonly recordedAt: Date
}

/** By attempt. `accountId`: only of this account. */
export async function findCallRecordings(
  db: Queryable,
  { callId, accountId }: { callId: number; accountId?: number | undefined },
): Promise<CallRecordingRecord[]> {
  const rows = await db.query<CallRecordingRecord>(
    `SELECT attempt, node_id AS "nodeId", name, bucket, bytes::float8 AS bytes,
       duration_ms AS "durationMs", fault, recorded_at AS "recordedAt"
     FROM recordings
     WHERE call_id = $1 AND ($2::integer IS NULL OR account_id = $2)
     ORDER BY attempt`,
    [callId, accountId],
  )
  return rows.map((row) => withoutNulls<CallRecordingRecord>(row))
}
