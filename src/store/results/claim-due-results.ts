import type { Database } from '../database/database.ts'
import { integers } from './integers.ts'

/** Which result or event of which call: `sequence` is 0 for the result. */
export interface ResultKey {
  readonly accountId: number
  readonly callId: number
  readonly sequence: number
}

/** A result or an event to be posted now, by whoever claimed it, as long as the lease is renewed. */
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

/** One that is claimed, and of which nothing is written down yet. */
export type HeldResult = ResultKey & Pick<ClaimedResult, 'try'>

export interface ResultClaim {
  readonly limit: number
  readonly leaseSeconds: number
  /** Who claims; absent: somebody who never comes back. */
  readonly claimant?: string
  /** What it has claimed before and still has in hand; the lease of these is renewed, that of others ended. */
  readonly held?: readonly HeldResult[]
  /** How many at most of a destination that is not among the busy ones; absent: as many as there are. */
  readonly room?: number
  readonly busy?: readonly BusyDestination[]
  readonly now?: Date
}

/**
 * Claims up to `limit` results that are due, as many of each destination, the first due first, and none
 * of one that rests. The claim is a lease of `leaseSeconds`, in the claimant's one row: it writes nothing to the results.
 * Who does not renew it in time has died, and what it had in hand is tried again, under the next number.
 */
export function claimDueResults(db: Database, claim: ResultClaim): Promise<ClaimedResult[]> {
  const busy = (claim.busy ?? []).map(({ accountId, ...one }) => ({
    account_id: accountId,
    ...one,
  }))
  const { limit, leaseSeconds, claimant, held = [], room = limit, now } = claim
  return db.transaction(async (tx) => {
    await tx.query(TAKE_TURN, [now, claimant, TURN])
    const rows = await tx.query<ClaimedResult & { secrets: string }>(CLAIM, [
      ...[limit, leaseSeconds, now, room, JSON.stringify(busy), claimant],
      ...heldColumns(held),
    ])
    return rows.map((row) => ({ ...row, secrets: row.secrets.split(' ').filter(Boolean) }))
  })
}

/** As a row of `result_claims` has them. */
export function heldColumns(held: readonly HeldResult[]): string[] {
  return [
    integers(held.map(({ accountId }) => accountId)),
    integers(held.map(({ callId }) => callId)),
    integers(held.map(({ sequence }) => sequence)),
    integers(held.map((one) => one.try)),
  ]
}

/** Any number that is nobody else's. */
const TURN = 1_130_448_292

/**
 * One after the other, so that no two claim the same: the next one's statement begins, and looks, when
 * the one before is committed. What the dead had in hand counts as tried, though nobody knows. Nobody waits for
 * the disk: what a crash of the database takes back is in nobody's hand, and is posted again.
 */
const TAKE_TURN = `
  WITH dead AS (
    DELETE FROM result_claims
    WHERE leased_until <= coalesce($1::timestamptz, now()) AND claimant IS DISTINCT FROM $2::text
    RETURNING *
  ), counted AS (
    UPDATE results r SET tries = k.try
    FROM dead d CROSS JOIN LATERAL unnest(d.account_ids, d.call_ids, d.sequences, d.tries)
      AS k(account_id, call_id, sequence, try)
    WHERE r.account_id = k.account_id AND r.call_id = k.call_id AND r.sequence = k.sequence
      AND r.tries < k.try
  )
  SELECT pg_advisory_xact_lock($3), set_config('synchronous_commit', 'off', true)`

/**
 * From one destination to the next through the index: what it costs depends on how many have something
 * pending, and on how much is in hand, not on how much waits. A result is in hand until the try for which it
 * was claimed is counted. To a destination that has failed too often, and has had its rest, one goes at a time.
 */
const CLAIM = `
  WITH RECURSIVE held AS (
    SELECT k.* FROM result_claims c
    CROSS JOIN LATERAL unnest(c.account_ids, c.call_ids, c.sequences, c.tries)
      AS k(account_id, call_id, sequence, try)
    WHERE c.claimant IS DISTINCT FROM $6::text
    UNION ALL
    SELECT * FROM unnest($7::integer[], $8::integer[], $9::integer[], $10::integer[])
  ), waiting AS (
    (
      SELECT account_id, destination, due_at FROM results
      WHERE state = 'pending' AND (account_id, call_id, sequence, tries + 1) NOT IN (TABLE held)
      ORDER BY account_id, destination, due_at LIMIT 1
    )
    UNION ALL
    SELECT n.* FROM waiting w CROSS JOIN LATERAL (
      SELECT account_id, destination, due_at FROM results
      WHERE state = 'pending' AND (account_id, destination) > (w.account_id, w.destination)
        AND (account_id, call_id, sequence, tries + 1) NOT IN (TABLE held)
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
    SELECT r.*, s.secrets FROM chosen o CROSS JOIN LATERAL (
      SELECT * FROM results
      WHERE state = 'pending' AND account_id = o.account_id AND destination = o.destination
        AND due_at <= coalesce($3::timestamptz, now())
        AND (account_id, call_id, sequence, tries + 1) NOT IN (TABLE held)
      ORDER BY due_at LIMIT o.share
    ) r CROSS JOIN LATERAL (
      SELECT coalesce(string_agg(secret, ' ' ORDER BY secret_id DESC), '') AS secrets
      FROM webhook_secrets
      WHERE account_id = o.account_id AND (expires_at IS NULL OR expires_at > now())
    ) s
  ), mine AS (
    SELECT * FROM unnest($7::integer[], $8::integer[], $9::integer[], $10::integer[])
      AS h(account_id, call_id, sequence, try)
    UNION ALL
    SELECT account_id, call_id, sequence, tries + 1 FROM due
  ), kept AS (
    INSERT INTO result_claims (claimant, leased_until, account_ids, call_ids, sequences, tries)
    SELECT coalesce($6::text, gen_random_uuid()::text),
      coalesce($3::timestamptz, now()) + make_interval(secs => $2),
      array_agg(account_id), array_agg(call_id), array_agg(sequence), array_agg(try)
    FROM mine HAVING count(*) > 0
    ON CONFLICT (claimant) DO UPDATE SET leased_until = excluded.leased_until,
      account_ids = excluded.account_ids, call_ids = excluded.call_ids,
      sequences = excluded.sequences, tries = excluded.tries
  ), let_go AS (
    DELETE FROM result_claims WHERE claimant = $6::text AND NOT EXISTS (SELECT FROM mine)
  )
  SELECT r.account_id AS "accountId", r.call_id AS "callId", r.sequence,
    r.webhook_id AS "webhookId", r.url, r.body, r.destination, r.tries + 1 AS try, r.step, r.secrets
  FROM due r ORDER BY r.due_at, r.call_id, r.sequence`
