import type { Queryable } from '../database/database.ts'

/** A result to be posted now, by whoever claimed it, until the lease ends. */
export interface ClaimedResult {
  readonly accountId: number
  readonly callId: number
  readonly webhookId: string
  readonly url: string
  readonly body: string
  /** The number of this try, 1 for the first; also the fence of what is written about it. */
  readonly try: number
  readonly createdAt: Date
  /** What it is signed with, the newest first; base64. */
  readonly secrets: readonly string[]
}

/**
 * Claims up to `limit` results that are due, first due first. The claim is a lease: it moves the due
 * time `leaseSeconds` ahead, so that a result whose poster dies is tried again. Choose a lease
 * longer than a try may take.
 */
export function claimDueResults(
  db: Queryable,
  request: {
    limit: number
    leaseSeconds: number
    /** Accounts that have as many posts under way as they may. */
    exceptAccounts?: readonly number[]
    now?: Date
  },
): Promise<ClaimedResult[]> {
  return db.query<ClaimedResult>(
    `WITH due AS (
       SELECT account_id, call_id FROM results
       WHERE state = 'pending' AND due_at <= coalesce($3::timestamptz, now())
         AND account_id <> ALL (coalesce($4::integer[], '{}'))
       ORDER BY due_at
       LIMIT $1
       FOR UPDATE SKIP LOCKED
     )
     UPDATE results r SET tries = r.tries + 1,
       due_at = coalesce($3::timestamptz, now()) + make_interval(secs => $2)
     FROM due
     WHERE r.account_id = due.account_id AND r.call_id = due.call_id
     RETURNING r.account_id AS "accountId", r.call_id AS "callId", r.webhook_id AS "webhookId",
       r.url, r.body, r.tries AS try, r.created_at AS "createdAt", ARRAY(
         SELECT secret FROM webhook_secrets s
         WHERE s.account_id = r.account_id AND (s.expires_at IS NULL OR s.expires_at > now())
         ORDER BY s.secret_id DESC
       ) AS secrets`,
    [request.limit, request.leaseSeconds, request.now, request.exceptAccounts],
  )
}
