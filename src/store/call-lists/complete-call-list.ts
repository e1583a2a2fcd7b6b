import { CALLS_DUE, type Queryable } from '../database/database.ts'
import type { ListKey } from './list-key.ts'

/** What became of an upload's rows. */
export interface ListCounts {
  /** Calls queued. */
  readonly accepted: number
  readonly refused: number
  /** Rows whose number had occurred before in the list. */
  readonly duplicates: number
}

/**
 * Declares an upload whole: from the end of this transaction on its calls may be claimed, and whoever
 * listens to `calls_due` is woken. 0: somebody has taken it for broken off.
 */
export async function completeCallList(
  tx: Queryable,
  list: ListKey,
  counts: ListCounts,
): Promise<number> {
  const completed = await tx.execute(
    `UPDATE call_lists
     SET state = 'complete', accepted = $3, refused = $4, duplicates = $5, completed_at = now()
     WHERE account_id = $1 AND list_id = $2 AND state = 'importing'`,
    [list.accountId, list.listId, counts.accepted, counts.refused, counts.duplicates],
  )
  if (completed > 0) tx.notify(CALLS_DUE)
  return completed
}
