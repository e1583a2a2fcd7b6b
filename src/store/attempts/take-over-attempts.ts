import type { ClaimedCall } from '#model'
import { CLAIMED_CALL_COLUMNS } from '../calls/claimed-call-columns.ts'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

/** An attempt that a process began and did not end. */
export interface OpenAttempt {
  /** With the new epoch. `attempts` counts this attempt too. */
  readonly claim: ClaimedCall
  readonly attempt: number
  readonly state: 'dialing' | 'ringing' | 'answered'
  readonly trunk: string
  readonly invite: unknown
  /** Absent where nobody answered. */
  readonly dialog?: unknown
  /** Of the call that the callee was being connected with; absent where there is none. */
  readonly secondInvite?: unknown
  readonly secondDialog?: unknown
  readonly dialedAt: Date
  readonly ringingAt?: Date
  readonly answeredAt?: Date
  /** The last sign of life of the process that held it. */
  readonly heartbeatAt: Date
}

interface Row extends ClaimedCall, Omit<OpenAttempt, 'claim' | 'state' | 'attempt'> {
  readonly attempt: number
  readonly attemptState: OpenAttempt['state']
}

/** Whose attempts are taken, and who takes them. */
export interface TakeOver {
  /** All starts of it up to this one. */
  readonly from: { readonly nodeId: string; readonly incarnation: number }
  /** The last sign of life of the latest of them; absent: unknown. */
  readonly lastHeartbeatAt?: Date | undefined
  /** Calls that the taker tends to: of its own start, only what it took before and these are not is taken. */
  readonly inHand?: readonly number[]
  readonly by: { readonly nodeId: string; readonly incarnation: number }
}

/**
 * Takes what a process that is gone left dialling or answered: an earlier one of this node, or another
 * node's. Call and attempt get a new epoch, so that a process that was only thought dead can write
 * nothing more. Should the taker die as well, they are taken over in turn.
 */
export async function takeOverAttempts(db: Queryable, take: TakeOver): Promise<OpenAttempt[]> {
  const { from, by, lastHeartbeatAt, inHand = [] } = take
  const params = [from.nodeId, from.incarnation, by.nodeId, by.incarnation, lastHeartbeatAt, inHand]
  const rows = await db.query<Row>(TAKE_OVER, params)
  return rows.map((row) => {
    const { attempt, attemptState, trunk, invite, dialog, ...others } = row
    const { secondInvite, secondDialog, ...rest } = others
    const { dialedAt, ringingAt, answeredAt, heartbeatAt, ...claim } = rest
    const times = { dialedAt, ringingAt, answeredAt, heartbeatAt }
    return withoutNulls<OpenAttempt>({
      claim: withoutNulls<ClaimedCall>(claim),
      state: attemptState,
      ...{ attempt, trunk, invite, dialog, secondInvite, secondDialog, ...times },
    } as OpenAttempt)
  })
}

const TAKE_OVER = `
  WITH taken AS (
    UPDATE calls c SET claim_epoch = c.claim_epoch + 1, node_id = $3, incarnation = $4,
      start_at = NULL
    FROM campaigns p, accounts a
    WHERE c.node_id = $1 AND c.incarnation <= $2 AND c.state IN ('dialing', 'answered')
      AND (c.node_id <> $3 OR c.incarnation <> $4
        OR c.start_at IS NULL AND c.call_id <> ALL ($6::integer[]))
      AND p.account_id = c.account_id AND p.campaign_id = c.campaign_id
      AND a.account_id = c.account_id
    RETURNING ${CLAIMED_CALL_COLUMNS}
  )
  UPDATE attempts t SET claim_epoch = taken."claimEpoch", node_id = $3, incarnation = $4,
    heartbeat_at = greatest(t.heartbeat_at, $5::timestamptz)
  FROM taken
  WHERE t.account_id = taken."accountId" AND t.call_id = taken."callId"
    AND t.attempt = taken.attempts AND t.state <> 'ended'
  RETURNING taken.*, t.attempt, t.state AS "attemptState", t.trunk, t.invite, t.dialog,
    t.second_invite AS "secondInvite", t.second_dialog AS "secondDialog",
    t.dialed_at AS "dialedAt", t.ringing_at AS "ringingAt", t.answered_at AS "answeredAt",
    t.heartbeat_at AS "heartbeatAt"`
