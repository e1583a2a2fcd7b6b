import type { CalleeType, CallStanding, DispatchVerdict, Outcome } from '#model'
import { SERIALIZES_NUMBERS } from '../accounts/serializes-numbers.ts'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

/** A call, all that may hold it, and what was decided of it last. */
export interface CallStandingRecord extends CallStanding {
  readonly accountId: number
  readonly callId: number
  readonly campaignId: number
  readonly destination: string
  readonly timeZone?: string
  readonly outcome?: Outcome
  readonly cause?: string
  readonly calleeType?: CalleeType
  readonly endedAt?: Date
  /** The verdicts' times are texts here, ISO 8601, as JSON has them. */
  readonly verdicts?: readonly (Omit<DispatchVerdict, 'notBefore'> & { notBefore?: string })[]
  readonly decidedAt?: Date
  readonly accountLines?: number
  readonly accountCallsPerSecond?: number
  readonly campaignLines?: number
  readonly campaignCallsPerSecond?: number
}

/** `accountId`: only of this account. Undefined where there is no such call. */
export async function findCallStanding(
  db: Queryable,
  { callId, accountId }: { callId: number; accountId?: number | undefined },
): Promise<CallStandingRecord | undefined> {
  const [row] = await db.query<CallStandingRecord>(STANDING, [callId, accountId])
  return row && withoutNulls<CallStandingRecord>(row)
}

const STANDING = `
  SELECT c.account_id AS "accountId", c.call_id AS "callId", c.campaign_id AS "campaignId",
    c.destination, c.time_zone AS "timeZone", c.state, c.due_at AS "dueAt", c.attempts,
    coalesce(c.expires_at, p.expires_at) AS "expiresAt", c.outcome, c.cause, c.callee_type AS "calleeType",
    c.ended_at AS "endedAt", c.verdicts, c.decided_at AS "decidedAt",
    (SELECT held FROM installation) AS "installationHeld", a.held AS "accountHeld",
    p.name AS "campaignName", p.state AS "campaignState", p.draining, l.state AS "listState",
    a.lines AS "accountLines", a.calls_per_second AS "accountCallsPerSecond",
    p.lines AS "campaignLines", p.calls_per_second AS "campaignCallsPerSecond",
    ${SERIALIZES_NUMBERS} AND EXISTS (
      SELECT FROM calls o
      WHERE o.account_id = c.account_id AND o.destination = c.destination AND o.serialized
        AND o.state IN ('claimed', 'dialing', 'answered') AND o.call_id <> c.call_id
    ) AS "numberInUse"
  FROM calls c
  JOIN campaigns p ON p.account_id = c.account_id AND p.campaign_id = c.campaign_id
  JOIN accounts a ON a.account_id = c.account_id
  JOIN call_lists l ON l.account_id = c.account_id AND l.list_id = c.list_id
  WHERE c.call_id = $1 AND ($2::integer IS NULL OR c.account_id = $2)`
