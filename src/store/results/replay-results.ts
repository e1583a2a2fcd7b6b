import { type Queryable, RESULTS_DUE } from '../database/database.ts'
import type { ResultState } from './list-results.ts'

/** Which results go out again. */
export interface Replay {
  readonly accountId: number
  /** Absent: either; never those that are still to be tried. */
  readonly state?: Exclude<ResultState, 'pending'> | undefined
  readonly webhookId?: string | undefined
  readonly url?: string | undefined
  /** By when they were stored. */
  readonly from?: Date | undefined
  readonly until?: Date | undefined
}

/** In words, so that the index of what is undeliverable serves. */
const STATES = {
  delivered: `state = 'delivered'`,
  undeliverable: `state = 'undeliverable'`,
  either: `state <> 'pending'`,
}

/**
 * Makes up to `limit` results due now, as if they had never been tried; their ids and their bytes stay
 * the same. Returns how many: fewer than the limit where no more are left. What ended after `now` is left
 * out, so that who asks again and again with the same comes to an end.
 */
export async function replayResults(
  db: Queryable,
  { accountId, state, webhookId, url, from, until }: Replay,
  limit: number,
  now?: Date,
): Promise<number> {
  const replayed = await db.execute(
    `WITH again AS (
       SELECT account_id, call_id, sequence FROM results
       WHERE account_id = $1 AND ${STATES[state ?? 'either']} AND ($2::text IS NULL OR webhook_id = $2)
         AND ($3::text IS NULL OR url = $3)
         AND created_at >= coalesce($4::timestamptz, '-infinity')
         AND created_at < coalesce($5::timestamptz, 'infinity')
         AND ended_at <= coalesce($7::timestamptz, now())
       ORDER BY call_id, sequence LIMIT $6
       FOR UPDATE
     )
     UPDATE results r SET state = 'pending', why = NULL, step = 0, ended_at = NULL,
       due_at = coalesce($7::timestamptz, now())
     FROM again a
     WHERE r.account_id = a.account_id AND r.call_id = a.call_id AND r.sequence = a.sequence`,
    [accountId, webhookId, url, from, until, limit, now],
  )
  if (replayed > 0) db.notify(RESULTS_DUE)
  return replayed
}
