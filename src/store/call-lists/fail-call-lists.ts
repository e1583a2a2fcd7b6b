import type { Queryable } from '../database/database.ts'
import type { ListKey } from './list-key.ts'

/** One upload, or all that have shown no sign of life for so long. */
export type FailingLists = ListKey | { readonly silentSeconds: number }

/**
 * Declares uploads broken off. In the same moment the name of a campaign that came with one, and the
 * idempotency key, are free for the next try. What was written of it is removed by
 * `deleteFailedRows`. Returns how many.
 */
export function failCallLists(db: Queryable, which: FailingLists): Promise<number> {
  const [accountId, listId, silentSeconds] =
    'listId' in which ? [which.accountId, which.listId, null] : [null, null, which.silentSeconds]
  return db.execute(
    `WITH failed AS (
       UPDATE call_lists SET state = 'failed', completed_at = now()
       WHERE state = 'importing'
         AND CASE WHEN $2::integer IS NULL THEN touched_at < now() - make_interval(secs => $3)
             ELSE account_id = $1::integer AND list_id = $2 END
       RETURNING account_id, campaign_id, list_id
     ), freed AS (
       DELETE FROM idempotency_keys k USING failed f
       WHERE k.account_id = f.account_id AND k.list_id = f.list_id AND k.answer IS NULL
     ), renamed AS (
       UPDATE campaigns p SET name = 'failed upload ' || f.list_id, state = 'canceled',
         state_changed_at = now(), ended_at = now()
       FROM failed f
       WHERE p.account_id = f.account_id AND p.campaign_id = f.campaign_id
         AND NOT EXISTS (
           SELECT FROM call_lists l
           WHERE l.account_id = p.account_id AND l.campaign_id = p.campaign_id
             AND l.state NOT IN ('importing', 'failed')
         )
     )
     SELECT FROM failed`,
    [accountId, listId, silentSeconds],
  )
}
