import type { Queryable } from '../database/database.ts'
import type { ResultTryKey } from './record-result-try.ts'

/** Gives up; the result is kept. 0: a later claim has it, or it was ended before. */
export function markResultUndeliverable(
  db: Queryable,
  key: ResultTryKey,
  now?: Date,
): Promise<number> {
  return db.execute(
    `UPDATE results SET state = 'undeliverable', ended_at = coalesce($4::timestamptz, now())
     WHERE account_id = $1 AND call_id = $2 AND tries = $3 AND state = 'pending'`,
    [key.accountId, key.callId, key.try, now],
  )
}
