import type { Queryable } from '../database/database.ts'
import { type RecordingKey, recordingParams } from './recording-key.ts'

export interface NewRecording extends RecordingKey {
  readonly nodeId: string
  /** Absent: it could not be stored, and `fault` says why. */
  readonly name?: string
  readonly bytes: number
  readonly durationMs: number
  readonly fault?: string
}

/** Notes a recording that has come to its end. 0: it was noted before. */
export function insertRecording(
  db: Queryable,
  recording: NewRecording,
  now?: Date,
): Promise<number> {
  const { nodeId, name, bytes, durationMs, fault } = recording
  return db.execute(
    `INSERT INTO recordings
       (account_id, call_id, attempt, node_id, name, bytes, duration_ms, fault, due_at, recorded_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, moment, moment
     FROM date_trunc('milliseconds', coalesce($9::timestamptz, now())) AS moment
     ON CONFLICT DO NOTHING`,
    [...recordingParams(recording), nodeId, name, bytes, durationMs, fault, now],
  )
}
