import type { ClaimedCall } from '#model'
import { SERIALIZES_NUMBERS } from '../accounts/serializes-numbers.ts'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { CLAIMED_CALL_COLUMNS } from './claimed-call-columns.ts'
import type { QueuePlace } from './due-cursors.ts'

/** A due call, as it would be once it was claimed but for its node and epoch, which are the last claim's. */
export interface DueCall extends ClaimedCall, QueuePlace {
  /** No two calls of its account to one number run at once. */
  readonly serializes: boolean
  /** And one of them runs. */
  readonly numberInUse: boolean
}

export interface DueCallsRequest {
  readonly now: Date
  readonly lists: readonly {
    readonly listId: number
    readonly limit: number
    readonly from: QueuePlace | undefined
  }[]
}

/**
 * The first due calls of each list that have not expired and are not to be canceled, first due first,
 * locked until the transaction ends. What another transaction holds is passed over.
 */
export async function lockDueCalls(tx: Queryable, request: DueCallsRequest): Promise<DueCall[]> {
  const { now, lists } = request
  const rows = await tx.query<DueCall>(LOCK, [
    now,
    lists.map(({ listId }) => listId),
    lists.map(({ limit }) => limit),
    lists.map(({ from }) => from?.dueAt ?? '-infinity'),
    lists.map(({ from }) => from?.callId ?? 0),
  ])
  return rows.map((row) => withoutNulls<DueCall>(row))
}

const LOCK = `
  SELECT ${CLAIMED_CALL_COLUMNS}, c.due_at AS "dueAt", ${SERIALIZES_NUMBERS} AS serializes,
    ${SERIALIZES_NUMBERS} AND EXISTS (
      SELECT FROM calls b
      WHERE b.account_id = c.account_id AND b.destination = c.destination AND b.serialized
        AND b.state IN ('claimed', 'dialing', 'answered')
    ) AS "numberInUse"
  FROM unnest($2::integer[], $3::integer[], $4::timestamptz[], $5::integer[])
    AS l(list_id, most, due_at, call_id)
  CROSS JOIN LATERAL (
    SELECT d.account_id, d.call_id FROM calls d
    WHERE d.state = 'queued' AND d.list_id = l.list_id AND d.due_at <= $1
      AND (d.due_at, d.call_id) >= (l.due_at, l.call_id)
      AND (d.expires_at IS NULL OR d.expires_at > $1) AND d.cancel IS NULL
    ORDER BY d.due_at, d.call_id
    LIMIT l.most
    FOR UPDATE SKIP LOCKED
  ) due
  JOIN calls c ON c.account_id = due.account_id AND c.call_id = due.call_id
  JOIN campaigns p ON p.account_id = c.account_id AND p.campaign_id = c.campaign_id
  JOIN accounts a ON a.account_id = c.account_id
  WHERE coalesce(c.expires_at, p.expires_at, 'infinity') > $1
  ORDER BY c.due_at, c.call_id`
