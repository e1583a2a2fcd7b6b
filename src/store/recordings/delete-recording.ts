import type { Queryable } from '../database/database.ts'
import { type RecordingKey, recordingParams } from './recording-key.ts'

/** Nothing is left of it. */
export function deleteRecording(db: Queryable, key: RecordingKey): Promise<number> {
  return db.execute(
    'DELETE FROM recordings WHERE account_id = $1 AND call_id = $2 AND attempt = $3',
    recordingParams(key),
  )
}
