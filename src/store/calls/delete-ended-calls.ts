import type { Queryable } from '../database/database.ts'

/** How far a walk through the ended calls has come. */
export interface EndedPlace {
  readonly endedAt: Date
  readonly callId: number
}

/**
 * Looks at up to `limit` ended calls, the oldest first, from `after` on, that ended `retentionDays`
 * ago or earlier, and deletes them with all that belongs to them, but not one whose result is not
 * delivered. Only among those that the statistics have counted. Undefined: there are no more.
 */
export async function deleteEndedCalls(
  tx: Queryable,
  request: { retentionDays: number; after?: EndedPlace | undefined; limit: number; now?: Date },
): Promise<{ deleted: number; last: EndedPlace } | undefined> {
  const [batch] = await tx.query<EndedPlace & { deleted: number }>(DELETE, [
    request.retentionDays,
    request.after?.endedAt ?? '-infinity',
    request.after?.callId ?? 0,
    request.limit,
    request.now,
  ])
  return batch && { deleted: batch.deleted, last: batch }
}

const DELETE = `
  WITH old AS (
    SELECT c.account_id, c.call_id, c.ended_at, NOT EXISTS (
        SELECT FROM results r WHERE r.account_id = c.account_id AND r.call_id = c.call_id
          AND r.sequence = 0 AND r.state <> 'delivered'
      ) AS deletable
    FROM calls c
    WHERE c.state = 'ended' AND (c.ended_at, c.call_id) > ($2::timestamptz, $3::integer)
      AND c.ended_at <= coalesce($5::timestamptz, now()) - make_interval(days => $1)
      AND c.ended_at < (SELECT ended_at FROM statistics_place)
    ORDER BY c.ended_at, c.call_id
    LIMIT $4
  ), tries AS (
    DELETE FROM result_tries t USING old
    WHERE t.account_id = old.account_id AND t.call_id = old.call_id AND old.deletable
  ), posted AS (
    DELETE FROM results r USING old
    WHERE r.account_id = old.account_id AND r.call_id = old.call_id AND old.deletable
  ), traced AS (
    DELETE FROM call_traces t USING old
    WHERE t.account_id = old.account_id AND t.call_id = old.call_id AND old.deletable
  ), tried AS (
    DELETE FROM attempts a USING old
    WHERE a.account_id = old.account_id AND a.call_id = old.call_id AND old.deletable
  ), gone AS (
    DELETE FROM calls c USING old
    WHERE c.account_id = old.account_id AND c.call_id = old.call_id AND old.deletable
    RETURNING c.call_id
  )
  SELECT ended_at AS "endedAt", call_id AS "callId",
    (SELECT count(*) FROM gone)::integer AS deleted
  FROM old ORDER BY ended_at DESC, call_id DESC LIMIT 1`
