import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import type { RecordingKey } from './recording-key.ts'

export interface OldRecording extends RecordingKey {
  readonly recordedAt: Date
  readonly name?: string
  readonly bucket?: string
}

export interface OldRecordingsRequest {
  readonly days: number
  /** Only what this node can reach: its own disk, and this bucket. */
  readonly nodeId: string
  readonly bucket?: string | undefined
  readonly after?: OldRecording | undefined
  readonly limit: number
  readonly now?: Date
}

/** Recordings of so many days ago or earlier, the oldest first, from `after` on. */
export async function findOldRecordings(
  db: Queryable,
  { days, nodeId, bucket, after, limit, now }: OldRecordingsRequest,
): Promise<OldRecording[]> {
  const rows = await db.query<OldRecording>(
    `SELECT account_id AS "accountId", call_id AS "callId", attempt, recorded_at AS "recordedAt",
       name, bucket
     FROM recordings
     WHERE recorded_at <= coalesce($8::timestamptz, now()) - make_interval(days => $1)
       AND (name IS NULL OR bucket = $3 OR (bucket IS NULL AND node_id = $2))
       AND (recorded_at, call_id, attempt) > ($4::timestamptz, $5::integer, $6::smallint)
     ORDER BY recorded_at, call_id, attempt LIMIT $7`,
    [
      ...[days, nodeId, bucket, after?.recordedAt ?? '-infinity', after?.callId ?? 0],
      ...[after?.attempt ?? 0, limit, now],
    ],
  )
  return rows.map((row) => withoutNulls<OldRecording>(row))
}
