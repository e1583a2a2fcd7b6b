import { assert } from '#base'
import type { Queryable } from '../database/database.ts'
import type { ListKey } from './list-key.ts'

/** Begins an upload: its calls are written as they come, and none of them is claimed before it is complete. */
export async function insertCallList(
  db: Queryable,
  { accountId, campaignId }: Pick<ListKey, 'accountId' | 'campaignId'>,
): Promise<ListKey> {
  const [row] = await db.query<{ listId: number }>(
    `INSERT INTO call_lists (account_id, campaign_id, kind) VALUES ($1, $2, 'bulk')
     RETURNING list_id AS "listId"`,
    [accountId, campaignId],
  )
  assert(row !== undefined, 'an insertion returns its row')
  return { accountId, campaignId, listId: row.listId }
}
