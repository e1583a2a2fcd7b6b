import type { Outcome } from '#model'
import type { Queryable } from '../database/database.ts'

/** Five minutes, in which the latest calls are told. */
export const RECENT_SECONDS = 300

export interface OutcomeCount {
  /** The beginning of the bucket. */
  readonly bucket: Date
  readonly outcome: Outcome
  readonly calls: number
}

/** How calls of an account, or of all, ended in each of the last so many stretches of five minutes, the present one among them. */
export function findRecentOutcomes(
  db: Queryable,
  request: {
    readonly accountId?: number | undefined
    readonly buckets: number
    readonly now: Date
  },
): Promise<OutcomeCount[]> {
  const { accountId, buckets, now } = request
  return db.query<OutcomeCount>(accountId === undefined ? OF_ALL : OF_ACCOUNT, [
    now,
    buckets,
    ...(accountId === undefined ? [] : [accountId]),
  ])
}

/** Each bucket is a look-up of its own, so that calls of other accounts are not looked at. */
const recent = (whose: string): string => `
  SELECT s.bucket, s.outcome, sum(s.calls)::bigint AS calls
  FROM generate_series(0, $2::integer - 1) AS back
  CROSS JOIN LATERAL (
    SELECT bucket, outcome, calls FROM call_statistics
    WHERE seconds = ${RECENT_SECONDS} ${whose}
      AND bucket = date_bin('${RECENT_SECONDS} seconds', $1::timestamptz, to_timestamp(0))
        - back * interval '${RECENT_SECONDS} seconds'
  ) s
  GROUP BY 1, 2 ORDER BY 1, 2`
const OF_ALL = recent('')
const OF_ACCOUNT = recent('AND account_id = $3')
