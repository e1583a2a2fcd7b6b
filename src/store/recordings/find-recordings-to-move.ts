import type { Queryable } from '../database/database.ts'
import type { RecordingKey } from './recording-key.ts'

export interface RecordingToMove extends RecordingKey {
  readonly name: string
  readonly tries: number
}

/** Recordings on a node's disk whose next try to move them to the bucket is due, the oldest first. */
export function findRecordingsToMove(
  db: Queryable,
  { nodeId, limit, now }: { nodeId: string; limit: number; now?: Date },
): Promise<RecordingToMove[]> {
  return db.query<RecordingToMove>(
    `SELECT account_id AS "accountId", call_id AS "callId", attempt, name, tries
     FROM recordings
     WHERE node_id = $1 AND bucket IS NULL AND name IS NOT NULL
       AND due_at <= coalesce($3::timestamptz, now())
     ORDER BY due_at LIMIT $2`,
    [nodeId, limit, now],
  )
}
