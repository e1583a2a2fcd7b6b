import type { ClaimedCall, DispatchVerdict } from '#model'
import { CALLS_DUE, type Queryable } from '../database/database.ts'

export interface RequeuedCall {
  readonly claim: Pick<ClaimedCall, 'accountId' | 'callId' | 'claimEpoch'>
  readonly dueAt: Date
  /** The attempt counts as none: only the trunk failed. */
  readonly trunkFailed?: boolean
  /** What it waits for. */
  readonly verdicts?: readonly DispatchVerdict[]
}

/**
 * Queues calls for their next attempt. Returns the ids of those written: of the others the claim is
 * stale, nothing was being dialled, or the call is to be canceled.
 */
export async function requeueCalls(
  db: Queryable,
  requeued: readonly RequeuedCall[],
  now?: Date,
): Promise<number[]> {
  const rows = requeued.map(({ claim, dueAt, trunkFailed = false, verdicts }) => ({
    account_id: claim.accountId,
    call_id: claim.callId,
    claim_epoch: claim.claimEpoch,
    due_at: dueAt,
    trunk_failed: trunkFailed,
    verdicts,
  }))
  const written = await db.query<{ callId: number }>(REQUEUE, [JSON.stringify(rows), now])
  if (written.length > 0) db.notify(CALLS_DUE)
  return written.map(({ callId }) => callId)
}

const REQUEUE = `
  UPDATE calls c
  SET state = 'queued', due_at = r.due_at, node_id = NULL, incarnation = NULL,
    trunk_failures = c.trunk_failures + r.trunk_failed::integer,
    verdicts = coalesce(r.verdicts, c.verdicts), decided_at = coalesce($2::timestamptz, now())
  FROM jsonb_to_recordset($1::jsonb) AS r(account_id integer, call_id integer,
    claim_epoch bigint, due_at timestamptz, trunk_failed boolean, verdicts jsonb)
  WHERE c.account_id = r.account_id AND c.call_id = r.call_id
    AND c.claim_epoch = r.claim_epoch AND c.state IN ('dialing', 'answered')
    AND c.cancel IS NULL
  RETURNING c.call_id AS "callId"`
