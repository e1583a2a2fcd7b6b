import { traceStop } from '#base'
import { SERIALIZES_NUMBERS } from '../accounts/serializes-numbers.ts'
import type { Queryable } from '../database/database.ts'

/** A due call that is given a line. */
export interface GivenStart {
  readonly accountId: number
  readonly callId: number
  readonly trunk: string
  readonly startAt: Date
  /** JSON-safe: why it may be dialled. */
  readonly verdicts?: unknown
}

export interface ClaimRequest {
  readonly nodeId: string
  readonly incarnation: number
  readonly starts: readonly GivenStart[]
  readonly now: Date
}

/**
 * Claims calls that this transaction has locked for a node's start: queued → claimed, under a new
 * epoch. Returns the epoch of each, by call id.
 */
export async function claimDueCalls(
  tx: Queryable,
  request: ClaimRequest,
): Promise<ReadonlyMap<number, number>> {
  const starts = request.starts.map((start) => ({
    account_id: start.accountId,
    call_id: start.callId,
    trunk: start.trunk,
    start_at: start.startAt,
    verdicts: start.verdicts,
  }))
  const params = [request.nodeId, request.incarnation, JSON.stringify(starts), request.now]
  const claimed = await tx.query<{ callId: number; claimEpoch: number }>(CLAIM, params)
  for (const { callId } of claimed) traceStop('store/calls/claim-due-calls', callId)
  return new Map(claimed.map(({ callId, claimEpoch }) => [callId, claimEpoch]))
}

const CLAIM = `
  UPDATE calls c
  SET state = 'claimed', claim_epoch = c.claim_epoch + 1, node_id = $1, incarnation = $2,
    trunk = s.trunk, second_trunk = NULL, start_at = s.start_at, serialized = ${SERIALIZES_NUMBERS},
    verdicts = coalesce(s.verdicts, c.verdicts), decided_at = $4
  FROM jsonb_to_recordset($3::jsonb) AS s(account_id integer, call_id integer, trunk text,
    start_at timestamptz, verdicts jsonb)
  JOIN accounts a ON a.account_id = s.account_id
  WHERE c.account_id = s.account_id AND c.call_id = s.call_id AND c.state = 'queued'
  RETURNING c.call_id AS "callId", c.claim_epoch AS "claimEpoch"`
