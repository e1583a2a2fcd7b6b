import type { Queryable } from '../database/database.ts'
import type { ListKey } from './list-key.ts'

/**
 * Removes an upload that broke off, once its rows are gone, and the campaign that had come with it. Calls are looked for
 * as the indexes have them: those in progress are in another.
 */
export async function deleteFailedList(tx: Queryable, list: ListKey): Promise<void> {
  const key = [list.accountId, list.campaignId]
  await tx.execute(
    `DELETE FROM call_lists
     WHERE account_id = $1 AND campaign_id = $2 AND list_id = $3 AND state = 'failed'`,
    [...key, list.listId],
  )
  await tx.execute(
    `DELETE FROM campaigns p
     WHERE account_id = $1 AND campaign_id = $2 AND NOT is_default
       AND NOT EXISTS (SELECT FROM call_lists l WHERE l.campaign_id = p.campaign_id AND l.account_id = $1)
       AND NOT EXISTS (SELECT FROM calls c WHERE c.campaign_id = p.campaign_id AND c.account_id = $1
         AND c.state IN ('queued', 'ended'))
       AND NOT EXISTS (SELECT FROM calls c WHERE c.campaign_id = p.campaign_id AND c.account_id = $1
         AND c.state IN ('claimed', 'dialing', 'answered'))`,
    key,
  )
}
