import type { Queryable } from '../database/database.ts'
import type { ResultTryKey } from './record-result-try.ts'

/** The receiver has it: whichever try got there, the result is delivered. 0: it was ended before. */
export function markResultDelivered(
  db: Queryable,
  key: Omit<ResultTryKey, 'try'>,
  now?: Date,
): Promise<number> {
  return db.execute(
    `UPDATE results SET state = 'delivered', ended_at = coalesce($3::timestamptz, now())
     WHERE account_id = $1 AND call_id = $2 AND state <> 'delivered'`,
    [key.accountId, key.callId, now],
  )
}
