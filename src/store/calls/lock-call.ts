import type { CallState, ClaimedCall, Outcome } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { CLAIMED_CALL_COLUMNS } from './claimed-call-columns.ts'

/** A call in whatever state; nobody else changes it before the transaction ends. */
export interface LockedCall extends ClaimedCall {
  readonly state: CallState
  readonly outcome?: Outcome
  readonly lastAttemptAt?: Date
}

/** Undefined where there is no such call, or it is another account's. */
export async function lockCall(
  tx: Queryable,
  key: { callId: number; accountId?: number | undefined },
): Promise<LockedCall | undefined> {
  const [call] = await tx.query<LockedCall>(
    `SELECT ${CLAIMED_CALL_COLUMNS}, c.state, c.outcome, c.last_attempt_at AS "lastAttemptAt"
     FROM calls c
     JOIN campaigns p ON p.account_id = c.account_id AND p.campaign_id = c.campaign_id
     JOIN accounts a ON a.account_id = c.account_id
     WHERE c.call_id = $1 AND ($2::integer IS NULL OR c.account_id = $2)
     FOR UPDATE OF c`,
    [key.callId, key.accountId],
  )
  return call && withoutNulls<LockedCall>(call)
}
