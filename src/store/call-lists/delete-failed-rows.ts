import type { Queryable } from '../database/database.ts'
import type { ListKey } from './list-key.ts'

/** Removes up to `limit` calls, and as many refused rows, of a failed upload. Returns how many went. */
export async function deleteFailedRows(
  db: Queryable,
  { accountId, listId }: ListKey,
  limit: number,
): Promise<number> {
  const calls = await db.execute(
    `DELETE FROM calls WHERE ctid = ANY (ARRAY(
       SELECT c.ctid FROM calls c JOIN call_lists l USING (list_id)
       WHERE c.list_id = $2 AND c.account_id = $1 AND c.state = 'queued' AND l.state = 'failed'
       LIMIT $3))`,
    [accountId, listId, limit],
  )
  const rows = await db.execute(
    `DELETE FROM refused_rows WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM refused_rows WHERE account_id = $1 AND list_id = $2 LIMIT $3))`,
    [accountId, listId, limit],
  )
  return calls + rows
}
