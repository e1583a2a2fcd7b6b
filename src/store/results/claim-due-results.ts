import type { Queryable } from '../database/database.ts'

/** Which result or event of which call: `sequence` is 0 for the result. */
export interface ResultKey {
  readonly accountId: number
  readonly callId: number
  readonly sequence: number
}

/** A result or an event to be posted now, by whoever claimed it, until the lease ends. */
export interface ClaimedResult extends ResultKey {
  readonly webhookId: string
  readonly url: string
  /** Scheme, host and port of the URL. */
  readonly destination: string
  readonly body: string
  /** The number of this try, 1 for the first; also the fence of what is written about it. */
  readonly try: number
  /** Failures written down before it. */
  readonly step: number
  readonly createdAt: Date
  /** What it is signed with, the newest first; base64. */
  readonly secrets: readonly string[]
}

/** Where one account's results go. */
export interface Destination {
  readonly accountId: number
  readonly destination: string
}

/** One that this node posts to just now. */
export interface BusyDestination extends Destination {
  /** How many of it are claimed, and how many more may be. */
  readonly load: number
  readonly room: number
}

export interface ResultClaim {
  readonly limit: number
  readonly leaseSeconds: number
  /** How many at most of a destination that is not among the busy ones; absent: as many as there are. */
  readonly room?: number
  readonly busy?: readonly BusyDestination[]
  readonly now?: Date
}

/**
 * Claims up to `limit` results that are due, as many of each destination, the first due first, and none
 * of one that rests. The claim is a lease: it moves the due time `leaseSeconds` ahead, so that a result
 * whose poster dies is tried again. Choose a lease longer than a try may take.
 */
export function claimDueResults(db: Queryable, claim: ResultClaim): Promise<ClaimedResult[]> {
  const busy = (claim.busy ?? []).map(({ accountId, ...one }) => ({
    account_id: accountId,
    ...one,
  }))
  const { limit, leaseSeconds, room = limit, now } = claim
  return db.query<ClaimedResult>(CLAIM, [limit, leaseSeconds, now, room, JSON.stringify(busy)])
}

/**
 * From one destination to the next through the index: what it costs depends on how many have something
 * pending, not on how much. Rows are found again by their place, which cannot change while they are locked:
 * nobody knows beforehand how many they are, and a join might read the whole table. To one that has failed too often, and has had its rest, one result goes at
 * a time.
 */
const CLAIM = `
  WITH RECURSIVE waiting AS (
    (
      SELECT account_id, destination, due_at FROM results WHERE state = 'pending'
      ORDER BY account_id, destination, due_at LIMIT 1
    )
    UNION ALL
    SELECT n.* FROM waiting w CROSS JOIN LATERAL (
      SELECT account_id, destination, due_at FROM results
      WHERE state = 'pending' AND (account_id, destination) > (w.account_id, w.destination)
      ORDER BY account_id, destination, due_at LIMIT 1
    ) n
  ), open AS (
    SELECT w.*, least(
        coalesce(b.room, $4::integer),
        CASE WHEN d.resting_until IS NOT NULL THEN 1 - coalesce(b.load, 0) END
      ) AS room
    FROM waiting w
    LEFT JOIN result_destinations d USING (account_id, destination)
    LEFT JOIN jsonb_to_recordset($5::jsonb) AS b(account_id integer, destination text, load integer,
      room integer) ON b.account_id = w.account_id AND b.destination = w.destination
    WHERE w.due_at <= coalesce($3::timestamptz, now())
      AND coalesce(d.resting_until, '-infinity') <= coalesce($3::timestamptz, now())
  ), chosen AS (
    SELECT account_id, destination,
      least(room, greatest(1, $1::integer / count(*) OVER ())) AS share
    FROM open WHERE room > 0 ORDER BY due_at LIMIT $1::integer
  ), due AS (
    SELECT r.* FROM chosen o CROSS JOIN LATERAL (
      SELECT ctid, account_id, call_id, sequence, due_at FROM results
      WHERE state = 'pending' AND account_id = o.account_id AND destination = o.destination
        AND due_at <= coalesce($3::timestamptz, now())
      ORDER BY due_at LIMIT o.share
      FOR UPDATE SKIP LOCKED
    ) r
  ), claimed AS (
    UPDATE results r SET tries = r.tries + 1,
      due_at = coalesce($3::timestamptz, now()) + make_interval(secs => $2)
    WHERE r.ctid = ANY (ARRAY(SELECT ctid FROM due))
    RETURNING r.*
  )
  SELECT r.account_id AS "accountId", r.call_id AS "callId", r.sequence,
    r.webhook_id AS "webhookId", r.url, r.body, r.destination, r.tries AS try, r.step,
    r.created_at AS "createdAt", ARRAY(
      SELECT secret FROM webhook_secrets s
      WHERE s.account_id = r.account_id AND (s.expires_at IS NULL OR s.expires_at > now())
      ORDER BY s.secret_id DESC
    ) AS secrets
  FROM claimed r JOIN due USING (account_id, call_id, sequence)
  ORDER BY due.due_at, r.call_id, r.sequence`
