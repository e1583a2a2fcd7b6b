import type { CalleeType, Outcome } from '#model'
import type { Queryable } from '../database/database.ts'

/** How an account's latest attempts ended. */
export interface AttemptEndings {
  readonly outcome: Outcome
  readonly calleeType: CalleeType
  readonly attempts: number
  /** Of all of them together: from the INVITE to the answer, or to the end without one. */
  readonly ringSeconds: number
  /** Of all of them together: connected. */
  readonly talkSeconds: number
}

/** Of at most `latest` attempts, those of the calls that were queued last. */
export function countAttemptEndings(
  db: Queryable,
  { accountId, latest }: { readonly accountId: number; readonly latest: number },
): Promise<AttemptEndings[]> {
  return db.query<AttemptEndings>(
    `SELECT outcome, callee_type AS "calleeType", count(*)::integer AS attempts,
       sum(extract(epoch FROM coalesce(answered_at, ended_at) - dialed_at))::float8 AS "ringSeconds",
       sum(duration_seconds)::float8 AS "talkSeconds"
     FROM (
       SELECT * FROM attempts WHERE account_id = $1 AND state = 'ended'
       ORDER BY call_id DESC, attempt DESC LIMIT $2
     ) recent
     GROUP BY outcome, callee_type ORDER BY outcome, callee_type`,
    [accountId, latest],
  )
}
