import type { Queryable } from '../database/database.ts'
import { findSettledMoment } from '../events/settled-moment.ts'

export interface CountedCalls {
  readonly counted: number
  /** There may be more to count. */
  readonly more: boolean
}

/**
 * Counts up to `limit` ended calls that were not counted yet, in the order in which they ended, and notes how far that
 * went, all in one transaction: each call is counted once, whoever dies when. Undefined: somebody else is at it.
 * `now`, where it is given, stands in for the database's clock.
 */
export async function countEndedCalls(
  tx: Queryable,
  { limit, now }: { readonly limit: number; readonly now?: Date },
): Promise<CountedCalls | undefined> {
  const [place] = await tx.query<Place>(LOCK)
  if (place === undefined) return undefined
  // Read after the lock is had: what it says is settled the statements after it see.
  const settled = now ?? (await findSettledMoment(tx, { waitsForWriters: true }))
  if (settled <= place.endedAt) return { counted: 0, more: false }
  const params = [place.endedAt, place.callId, settled, limit]
  const [row] = await tx.query<Place & { counted: number }>(COUNT, params)
  const counted = row?.counted ?? 0
  const more = counted >= limit
  const next = more && row !== undefined ? row : { endedAt: settled, callId: 0 }
  await tx.execute('UPDATE statistics_place SET ended_at = $1, call_id = $2', [
    next.endedAt,
    next.callId,
  ])
  return { counted, more }
}

/** In the order of `calls_ended`: everything up to it is counted. */
interface Place {
  readonly endedAt: Date
  readonly callId: number
}

const LOCK = `
  SELECT ended_at AS "endedAt", call_id AS "callId" FROM statistics_place FOR UPDATE SKIP LOCKED`

const COUNT = `
  WITH ended AS MATERIALIZED (
    SELECT account_id, campaign_id, call_id, ended_at, outcome, attempts, duration_seconds,
      coalesce(callee_type, '') AS callee_type,
      CASE WHEN callee_type <> '' OR outcome IN ('answered', 'app-error')
        THEN 1 + width_bucket(duration_seconds, ARRAY[5, 10, 20, 30, 60, 120, 300])
        ELSE 0
      END AS duration_class
    FROM calls
    WHERE state = 'ended' AND (ended_at, call_id) > ($1, $2) AND ended_at < $3
    ORDER BY ended_at, call_id LIMIT $4
  ), bucketed AS (
    INSERT INTO call_statistics AS s (account_id, campaign_id, seconds, bucket, outcome, calls)
    SELECT account_id, campaign_id, length,
      date_bin(make_interval(secs => length), ended_at, to_timestamp(0)), outcome, count(*)
    FROM ended CROSS JOIN unnest(ARRAY[300, 3600, 86400]) AS length
    GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (account_id, campaign_id, seconds, bucket, outcome)
      DO UPDATE SET calls = s.calls + excluded.calls
  ), totaled AS (
    INSERT INTO call_totals AS t (account_id, campaign_id, outcome, callee_type, duration_class,
      calls, dialed, seconds)
    SELECT account_id, campaign_id, outcome, callee_type, duration_class, count(*),
      count(*) FILTER (WHERE attempts > 0),
      coalesce(sum(duration_seconds) FILTER (WHERE duration_class > 0), 0)
    FROM ended GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (account_id, campaign_id, outcome, callee_type, duration_class)
      DO UPDATE SET calls = t.calls + excluded.calls, dialed = t.dialed + excluded.dialed,
        seconds = t.seconds + excluded.seconds
  ), attempted AS (
    INSERT INTO attempt_totals AS t (account_id, campaign_id, outcome, attempts)
    SELECT e.account_id, e.campaign_id, a.outcome, count(*)
    FROM ended e JOIN attempts a ON a.account_id = e.account_id AND a.call_id = e.call_id
    WHERE a.outcome IS NOT NULL
    GROUP BY 1, 2, 3
    ON CONFLICT (account_id, campaign_id, outcome) DO UPDATE SET attempts = t.attempts + excluded.attempts
  )
  SELECT count(*) OVER ()::integer AS counted, ended_at AS "endedAt", call_id AS "callId"
  FROM ended ORDER BY ended_at DESC, call_id DESC LIMIT 1`
