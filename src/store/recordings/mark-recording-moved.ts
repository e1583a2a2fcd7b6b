import type { Queryable } from '../database/database.ts'
import { type RecordingKey, recordingParams } from './recording-key.ts'

/** It is in the bucket now. */
export function markRecordingMoved(
  db: Queryable,
  key: RecordingKey,
  bucket: string,
): Promise<number> {
  return db.execute(
    `UPDATE recordings SET bucket = $4, fault = NULL
     WHERE account_id = $1 AND call_id = $2 AND attempt = $3`,
    [...recordingParams(key), bucket],
  )
}
