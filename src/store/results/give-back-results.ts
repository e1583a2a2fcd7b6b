import { type Queryable, RESULTS_DUE } from '../database/database.ts'
import type { ClaimedResult, ResultKey } from './claim-due-results.ts'

/** Makes results due again that were claimed and not tried. Those that a later claim has are left to it. */
export async function giveBackResults(
  db: Queryable,
  results: readonly (ResultKey & Pick<ClaimedResult, 'try'>)[],
  now?: Date,
): Promise<void> {
  const rows = results.map(({ accountId, callId, sequence, try: number }) => ({
    account_id: accountId,
    call_id: callId,
    sequence,
    try: number,
  }))
  const givenBack = await db.execute(
    `UPDATE results r SET due_at = coalesce($2::timestamptz, now())
     FROM jsonb_to_recordset($1::jsonb) AS g(account_id integer, call_id integer, sequence integer,
       try integer)
     WHERE r.account_id = g.account_id AND r.call_id = g.call_id AND r.sequence = g.sequence
       AND r.tries = g.try AND r.state = 'pending'`,
    [JSON.stringify(rows), now],
  )
  if (givenBack > 0) db.notify(RESULTS_DUE)
}
