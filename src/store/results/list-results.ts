import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import type { ResultKey } from './claim-due-results.ts'

export type ResultState = 'pending' | 'delivered' | 'undeliverable'

/** A result or an event, and how far its delivery has come. */
export interface ResultRow extends ResultKey {
  readonly webhookId: string
  readonly url: string
  readonly state: ResultState
  readonly why?: 'gone' | 'disabled' | 'exhausted'
  readonly tries: number
  readonly dueAt: Date
  readonly createdAt: Date
  readonly endedAt?: Date
}

export interface ResultListing {
  readonly accountId: number
  readonly state?: ResultState | undefined
  readonly callId?: number | undefined
  /** Goes on after this one, of an earlier page. */
  readonly before?: Pick<ResultKey, 'callId' | 'sequence'> | undefined
  readonly limit: number
}

/** A `ResultRow` from `results r`; null where absent. */
export const RESULT_COLUMNS = `
  r.account_id AS "accountId", r.call_id AS "callId", r.sequence, r.webhook_id AS "webhookId", r.url,
  r.state, r.why, r.tries, r.due_at AS "dueAt", r.created_at AS "createdAt",
  r.ended_at AS "endedAt"`

/** In words, so that the index of what is undeliverable serves. */
const STATES = {
  pending: `state = 'pending'`,
  delivered: `state = 'delivered'`,
  undeliverable: `state = 'undeliverable'`,
  any: 'true',
}

/** Those of the newest calls first; of one call the latest event first, and its result last. */
export async function listResults(db: Queryable, listing: ResultListing): Promise<ResultRow[]> {
  const { accountId, state, callId, before, limit } = listing
  const rows = await db.query<ResultRow>(
    `SELECT ${RESULT_COLUMNS} FROM results r
     WHERE account_id = $1 AND ${STATES[state ?? 'any']}
       AND ($2::integer IS NULL OR call_id = $2)
       AND (call_id, sequence) < (coalesce($3::integer, 2147483647), coalesce($4::integer, 0))
     ORDER BY call_id DESC, sequence DESC LIMIT $5`,
    [accountId, callId, before?.callId, before?.sequence, limit],
  )
  return rows.map((row) => withoutNulls<ResultRow>(row))
}
