import type { Queryable } from '../database/database.ts'
import type { ListKey } from './list-key.ts'

/** A sign of life of an upload. 0: somebody has taken it for broken off, and its calls are being removed. */
export function touchCallList(tx: Queryable, { accountId, listId }: ListKey): Promise<number> {
  return tx.execute(
    `UPDATE call_lists SET touched_at = now()
     WHERE account_id = $1 AND list_id = $2 AND state = 'importing'`,
    [accountId, listId],
  )
}
