import type { Queryable } from '../database/database.ts'

/** Lists of open campaigns that have expired, which still have calls that expire with them. */
export function findExpiredLists(
  db: Queryable,
  now?: Date,
): Promise<{ accountId: number; listId: number }[]> {
  return db.query(
    `SELECT l.account_id AS "accountId", l.list_id AS "listId"
     FROM campaigns p JOIN call_lists l USING (account_id, campaign_id)
     WHERE p.expires_at <= coalesce($1::timestamptz, now()) AND p.ended_at IS NULL
       AND l.state IN ('complete', 'draining')
       AND EXISTS (
         SELECT FROM calls c
         WHERE c.account_id = l.account_id AND c.list_id = l.list_id AND c.state = 'queued'
           AND c.expires_at IS NULL
       )`,
    [now],
  )
}
