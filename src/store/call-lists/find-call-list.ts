import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import type { ListCounts } from './complete-call-list.ts'
import type { ListKey } from './list-key.ts'

export interface CallList extends ListKey, ListCounts {
  readonly kind: 'single' | 'bulk'
  readonly state: 'importing' | 'complete' | 'failed'
  readonly completedAt?: Date
}

/** An account's list; undefined where it has none of this id. */
export async function findCallList(
  db: Queryable,
  key: { readonly accountId: number; readonly listId: number },
): Promise<CallList | undefined> {
  const [list] = await db.query<CallList>(
    `SELECT account_id AS "accountId", campaign_id AS "campaignId", list_id AS "listId", kind, state,
       accepted, refused, duplicates, completed_at AS "completedAt"
     FROM call_lists WHERE account_id = $1 AND list_id = $2`,
    [key.accountId, key.listId],
  )
  return list && withoutNulls<CallList>(list)
}
