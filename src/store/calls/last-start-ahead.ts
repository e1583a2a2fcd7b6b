import type { Queryable } from '../database/database.ts'
import type { CallScope } from './take-back-claims.ts'

/**
 * Milliseconds until the last start of the calls that are being dialled, below 0 where it has passed;
 * undefined where none is being dialled, or none has a time.
 */
export async function lastStartAhead(
  db: Queryable,
  { accountId, campaignId }: CallScope,
  now?: Date,
): Promise<number | undefined> {
  const [row] = await db.query<{ aheadMs: number | null }>(
    `SELECT (extract(epoch FROM max(start_at) - coalesce($3::timestamptz, clock_timestamp()))
       * 1000)::float8 AS "aheadMs"
     FROM calls WHERE state = 'dialing' AND ($1::integer IS NULL OR account_id = $1)
       AND ($2::integer IS NULL OR campaign_id = $2)`,
    [accountId, campaignId, now],
  )
  return row?.aheadMs ?? undefined
}
