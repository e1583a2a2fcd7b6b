import { CALLS_DUE, type Queryable } from '../database/database.ts'
import type { SettlingList } from './find-settling-lists.ts'

/** A call that was being queued when its list was canceled has come to be seen by then. */
const LATECOMERS = '10 minutes'

/**
 * Where nothing of the list is left to conclude: a drained one goes on with what was dialled before, a
 * canceled one is looked at no more.
 */
export async function settleCallList(db: Queryable, list: SettlingList): Promise<void> {
  const settled = await db.execute(
    `UPDATE call_lists l
     SET state = CASE state WHEN 'draining' THEN 'complete' ELSE state END,
       settled_at = CASE state WHEN 'canceled' THEN now() END
     WHERE account_id = $1 AND list_id = $2 AND state = $3
       AND (state = 'draining' OR touched_at < now() - interval '${LATECOMERS}')
       AND NOT EXISTS (
         SELECT FROM calls c WHERE c.account_id = $1 AND c.list_id = $2 AND c.state = 'queued'
           AND (c.attempts = 0 OR l.state = 'canceled')
       )`,
    [list.accountId, list.listId, list.state],
  )
  if (settled > 0 && list.state === 'draining') db.notify(CALLS_DUE)
}
