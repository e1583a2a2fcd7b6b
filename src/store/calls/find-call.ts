import type { CallCancel, CalleeType, CallState, DispatchVerdict, HangupBy, Outcome } from '#model'
import type { FailedTrunk } from '../attempts/move-attempt.ts'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

/** What is known of a call: for people who follow it. */
export interface CallRecord extends EndingRecord {
  readonly accountId: number
  readonly callId: number
  readonly campaignId: number
  readonly campaignName: string
  readonly phoneNumber: string
  readonly destination: string
  readonly messageReference: string
  readonly state: CallState
  /** When the next attempt is due, while it is queued. */
  readonly dueAt: Date
  readonly maxRetries: number
  readonly createdAt: Date
  readonly expiresAt?: Date
  /** What its node was asked for. */
  readonly cancel?: CallCancel
  /** What each rule said when it was last looked at, and when that was. */
  readonly verdicts?: readonly DispatchVerdict[]
  readonly decidedAt?: Date
  /** In order. */
  readonly attempts: readonly AttemptRecord[]
  /** Absent while the call has not ended, and where it has no `result_url`. */
  readonly result?: ResultRecord
}

/** The ending; `outcome` and what belongs to it are absent until there is one. */
export interface EndingRecord {
  readonly outcome?: Outcome
  readonly cause?: string
  readonly sipStatus?: number
  readonly hangupBy?: HangupBy
  readonly calleeType?: CalleeType
  readonly durationSeconds: number
  /** JSON. */
  readonly exitValue?: string
  readonly endedAt?: Date
}

export interface AttemptRecord extends EndingRecord {
  readonly attempt: number
  readonly state: 'dialing' | 'ringing' | 'answered' | 'ended'
  readonly trunk: string
  /** Trunks that failed before it, in order. */
  readonly failovers: readonly FailedTrunk[]
  readonly dialedAt: Date
  readonly ringingAt?: Date
  readonly answeredAt?: Date
}

/** How far the delivery of the result has come. */
export interface ResultRecord {
  readonly state: 'pending' | 'delivered' | 'undeliverable'
  readonly url: string
  readonly dueAt: Date
  readonly tries: number
  readonly endedAt?: Date
  /** The latest try that was written down. */
  readonly httpStatus?: number
  readonly error?: string
}

/**
 * The call with its attempts and the delivery of its result; undefined where there is none. `accountId`: only of this
 * account; without it, one after the other is asked.
 */
export async function findCall(
  db: Queryable,
  callId: number,
  accountId?: number,
): Promise<CallRecord | undefined> {
  const [call] = await db.query<Omit<CallRecord, 'attempts' | 'result'>>(CALL, [callId, accountId])
  if (call === undefined) return undefined
  const key = [call.accountId, callId]
  const attempts = await db.query<AttemptRecord>(ATTEMPTS, key)
  const [result] = await db.query<ResultRecord>(RESULT, key)
  return {
    ...withoutNulls<typeof call>(call),
    attempts: attempts.map((attempt) => withoutNulls<AttemptRecord>(attempt)),
    ...(result && { result: withoutNulls<ResultRecord>(result) }),
  }
}

const ENDING = (table: string): string =>
  `${table}.outcome, ${table}.cause, ${table}.sip_status AS "sipStatus",
   ${table}.hangup_by AS "hangupBy", ${table}.callee_type AS "calleeType",
   ${table}.duration_seconds AS "durationSeconds", ${table}.exit_value AS "exitValue",
   ${table}.ended_at AS "endedAt"`

/** A `CallRecord`, but for its attempts and its result, from `calls c` and `campaigns p`; null where absent. */
export const CALL_COLUMNS = `
  c.account_id AS "accountId", c.call_id AS "callId", c.campaign_id AS "campaignId",
    p.name AS "campaignName", c.phone_number AS "phoneNumber", c.destination,
    c.message_reference AS "messageReference", c.state, c.due_at AS "dueAt",
    coalesce(c.max_retries, p.max_retries, 0) AS "maxRetries", c.created_at AS "createdAt",
    coalesce(c.expires_at, p.expires_at) AS "expiresAt", c.cancel, c.verdicts,
    c.decided_at AS "decidedAt",
    ${ENDING('c')}`

const CALL = `
  SELECT ${CALL_COLUMNS}
  FROM accounts a
  JOIN calls c ON c.account_id = a.account_id AND c.call_id = $1
  JOIN campaigns p ON p.account_id = c.account_id AND p.campaign_id = c.campaign_id
  WHERE $2::integer IS NULL OR a.account_id = $2`

const ATTEMPTS = `
  SELECT t.attempt, t.state, t.trunk, t.failovers, t.dialed_at AS "dialedAt", t.ringing_at AS "ringingAt",
    t.answered_at AS "answeredAt", ${ENDING('t')}
  FROM attempts t WHERE t.account_id = $1 AND t.call_id = $2 ORDER BY t.attempt`

const RESULT = `
  SELECT r.state, r.url, r.due_at AS "dueAt", r.tries, r.ended_at AS "endedAt",
    latest.http_status AS "httpStatus", latest.error
  FROM results r
  LEFT JOIN LATERAL (
    SELECT http_status, error FROM result_tries t
    WHERE t.account_id = r.account_id AND t.call_id = r.call_id AND t.sequence = 0 ORDER BY try DESC LIMIT 1
  ) latest ON true
  WHERE r.account_id = $1 AND r.call_id = $2 AND r.sequence = 0`
