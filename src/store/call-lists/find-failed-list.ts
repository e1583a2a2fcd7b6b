import type { Queryable } from '../database/database.ts'
import type { ListKey } from './list-key.ts'

/** One upload that broke off and is not removed yet; undefined where there is none. */
export async function findFailedList(db: Queryable): Promise<ListKey | undefined> {
  const [list] = await db.query<ListKey>(
    `SELECT account_id AS "accountId", campaign_id AS "campaignId", list_id AS "listId"
     FROM call_lists WHERE state = 'failed' ORDER BY list_id LIMIT 1`,
  )
  return list
}
