import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { CALL_COLUMNS, type CallRecord } from './find-call.ts'

export type CallRow = Omit<CallRecord, 'attempts' | 'result'> & {
  /** Made so far. */
  readonly attemptsMade: number
}

/** Calls of a campaign, the newest first; `beforeId`: only older ones than this. */
export async function listCalls(
  db: Queryable,
  listing: {
    readonly accountId: number
    readonly campaignId: number
    readonly beforeId?: number | undefined
    readonly limit: number
  },
): Promise<CallRow[]> {
  const calls = await db.query<CallRow>(
    `SELECT ${CALL_COLUMNS}, c.attempts AS "attemptsMade"
     FROM calls c JOIN campaigns p USING (account_id, campaign_id)
     WHERE account_id = $1 AND campaign_id = $2 AND ($3::integer IS NULL OR c.call_id < $3)
     ORDER BY c.call_id DESC LIMIT $4`,
    [listing.accountId, listing.campaignId, listing.beforeId, listing.limit],
  )
  return calls.map((call) => withoutNulls<CallRow>(call))
}
