import type { Queryable } from '../database/database.ts'
import type { RefusedRow } from './list-batch.ts'

/** Refused rows of an upload, in the order of the file, from the line after `afterLine` on. */
export function findRefusedRows(
  db: Queryable,
  list: { readonly accountId: number; readonly listId: number },
  { afterLine, limit }: { readonly afterLine: number; readonly limit: number },
): Promise<RefusedRow[]> {
  return db.query<RefusedRow>(
    `SELECT line, value, code, reason FROM refused_rows
     WHERE account_id = $1 AND list_id = $2 AND line > $3
     ORDER BY line LIMIT $4`,
    [list.accountId, list.listId, afterLine, limit],
  )
}
