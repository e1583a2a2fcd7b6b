import type { AttemptEnding } from '#model'
import { HAS_DAILY_CAPS, quarterOf, USAGE_SHARD } from '../account-usage/usage-place.ts'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { endingRow } from '../ending-row.ts'
import { type AttemptKey, statesBefore } from './attempt-key.ts'

export interface EndingAttempt extends AttemptKey {
  readonly ending: AttemptEnding
}

/** The attempt's times by the database's clock, from which the next attempt's due time is reckoned. */
export interface EndedAttemptTimes {
  readonly dialedAt: Date
  readonly answeredAt?: Date
  readonly endedAt: Date
}

/**
 * Writes how attempts ended, also for their numbers, and where the account's days are capped the minutes that it has
 * talked. Returns the times of those written, by call id: of
 * the others the claim is stale, or they have ended already.
 */
export async function endAttempts(
  db: Queryable,
  attempts: readonly EndingAttempt[],
  now?: Date,
): Promise<ReadonlyMap<number, EndedAttemptTimes>> {
  const rows = attempts.map(({ claim, attempt, ending }) => ({
    account_id: claim.accountId,
    call_id: claim.callId,
    attempt,
    claim_epoch: claim.claimEpoch,
    ...endingRow(ending),
  }))
  const ended = await db.query<EndedAttemptTimes & { callId: number }>(END, [
    JSON.stringify(rows),
    now,
  ])
  return new Map(
    ended.map(({ callId, ...times }) => [callId, withoutNulls<EndedAttemptTimes>(times)]),
  )
}

const END = `
  WITH ended AS (
    UPDATE attempts t
    SET state = 'ended', ended_at = coalesce($2::timestamptz, now()), outcome = e.outcome,
      cause = e.cause, sip_status = e.sip_status, hangup_by = e.hangup_by,
      callee_type = e.callee_type, duration_seconds = e.duration_seconds, exit_value = e.exit_value
    FROM jsonb_to_recordset($1::jsonb) AS e(account_id integer, call_id integer, attempt smallint,
      claim_epoch bigint, outcome text, cause text, sip_status smallint, hangup_by text,
      callee_type text, duration_seconds integer, exit_value text)
    WHERE t.account_id = e.account_id AND t.call_id = e.call_id AND t.attempt = e.attempt
      AND t.claim_epoch = e.claim_epoch AND t.state IN ${statesBefore('end')}
    RETURNING t.account_id, t.call_id, t.attempt, t.dialed_at, t.answered_at, t.ended_at,
      t.duration_seconds
  ), noted AS (
    UPDATE number_attempts n SET ended_at = ended.ended_at
    FROM ended JOIN calls c ON c.account_id = ended.account_id AND c.call_id = ended.call_id
    WHERE n.account_id = ended.account_id AND n.destination = c.destination
      AND n.call_id = ended.call_id AND n.attempt = ended.attempt
  ), used AS (
    INSERT INTO account_usage AS u (account_id, quarter, shard, minutes)
    SELECT ended.account_id, ${quarterOf('ended.ended_at')}, ${USAGE_SHARD},
      sum(greatest(1, ceil(ended.duration_seconds / 60.0)))
    FROM ended JOIN accounts a ON a.account_id = ended.account_id
    WHERE ${HAS_DAILY_CAPS} AND (ended.answered_at IS NOT NULL OR ended.duration_seconds > 0)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (account_id, quarter, shard) DO UPDATE SET minutes = u.minutes + excluded.minutes
  )
  SELECT call_id AS "callId", dialed_at AS "dialedAt", answered_at AS "answeredAt",
    ended_at AS "endedAt"
  FROM ended`
