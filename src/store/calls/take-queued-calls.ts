import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { CLAIMED_CALL_COLUMNS } from './claimed-call-columns.ts'
import type { WaitingCall } from './expire-due-calls.ts'

export interface QueuedCallsRequest {
  /** Absent: of all lists. */
  readonly list?: { readonly accountId: number; readonly listId: number }
  /**
   * undialed: that were never dialled. heirs: whose expiration is their campaign's. to-cancel: whose
   * attempt was withdrawn when they were to be canceled.
   */
  readonly only?: 'undialed' | 'heirs' | 'to-cancel'
  readonly limit: number
}

/**
 * Locks queued calls, to be concluded in this transaction. Those that another transaction
 * holds are passed over.
 */
export async function takeQueuedCalls(
  tx: Queryable,
  { list, only, limit }: QueuedCallsRequest,
): Promise<WaitingCall[]> {
  const rows = await tx.query<WaitingCall>(
    `SELECT ${CLAIMED_CALL_COLUMNS}, c.last_attempt_at AS "lastAttemptAt"
     FROM calls c
     JOIN campaigns p ON p.account_id = c.account_id AND p.campaign_id = c.campaign_id
     JOIN accounts a ON a.account_id = c.account_id
     WHERE ($1::integer IS NULL OR c.account_id = $1 AND c.list_id = $2) AND c.state = 'queued'
       ${CONDITIONS[only ?? 'all']}
     LIMIT $3
     FOR UPDATE OF c SKIP LOCKED`,
    [list?.accountId, list?.listId, limit],
  )
  return rows.map((row) => withoutNulls<WaitingCall>(row))
}

const CONDITIONS = {
  all: '',
  undialed: 'AND c.attempts = 0',
  heirs: 'AND c.expires_at IS NULL',
  'to-cancel': 'AND c.cancel IS NOT NULL',
} as const
