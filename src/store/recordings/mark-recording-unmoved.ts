import type { Queryable } from '../database/database.ts'
import { type RecordingKey, recordingParams } from './recording-key.ts'

/** The bucket has not taken it: tries again `delaySeconds` from now. */
export function markRecordingUnmoved(
  db: Queryable,
  key: RecordingKey,
  { fault, delaySeconds, now }: { fault: string; delaySeconds: number; now?: Date },
): Promise<number> {
  return db.execute(
    `UPDATE recordings SET fault = $4, tries = tries + 1,
       due_at = coalesce($6::timestamptz, now()) + make_interval(secs => $5)
     WHERE account_id = $1 AND call_id = $2 AND attempt = $3`,
    [...recordingParams(key), fault, delaySeconds, now],
  )
}
