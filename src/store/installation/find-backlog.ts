import { assert } from '#base'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

/** What waits, in the whole installation. Ages in seconds, by the database's clock. */
export interface Backlog {
  /** Calls that wait for an attempt, whenever that is due. */
  readonly queuedCalls: number
  /** Claimed, dialing or answered. */
  readonly callsInProgress: number
  /** How long the first call of all that may be dialled is overdue; absent where none is. */
  readonly oldestDueCallSeconds?: number
  readonly pendingResults: number
  /** How long the first result is overdue, one that is being posted included; absent where none is. */
  readonly oldestDueResultSeconds?: number
  /** Dead letters: of which no more tries are made, unless somebody replays them. */
  readonly undeliverableResults: number
  readonly liveNodes: number
}

/** In one snapshot. Reckons uploads from what was accepted and has ended: a look at a million rows takes too long. */
export async function findBacklog(db: Queryable): Promise<Backlog> {
  const [row] = await db.query<Backlog>(BACKLOG)
  assert(row !== undefined, 'a query of scalars has one row')
  return withoutNulls<Backlog>(row)
}

const BACKLOG = `
  WITH lists AS (
    SELECT l.account_id, l.list_id, l.kind, l.accepted, l.campaign_id,
      l.state = 'complete' AND p.state IN ('queued', 'running') AND NOT a.held AS dialable
    FROM call_lists l
    JOIN campaigns p ON p.account_id = l.account_id AND p.campaign_id = l.campaign_id
    JOIN accounts a ON a.account_id = l.account_id
    WHERE l.state IN ('complete', 'draining', 'canceled') AND p.ended_at IS NULL
  ), busy AS (
    SELECT list_id, count(*) AS calls FROM calls
    WHERE state IN ('claimed', 'dialing', 'answered') GROUP BY 1
  ), queued AS (
    SELECT CASE kind
      WHEN 'bulk' THEN accepted
        - coalesce((SELECT calls FROM busy b WHERE b.list_id = l.list_id), 0)
        - coalesce((
          SELECT sum(calls) FROM campaign_counts n WHERE n.account_id = l.account_id
            AND n.campaign_id = l.campaign_id AND n.list_id = l.list_id
        ), 0)
      ELSE (SELECT count(*) FROM calls c WHERE c.list_id = l.list_id AND c.state = 'queued')
    END AS calls
    FROM lists l
  ), first_due AS (
    SELECT min(head.due_at) AS due_at
    FROM lists l CROSS JOIN LATERAL (
      SELECT due_at FROM calls c WHERE c.state = 'queued' AND c.list_id = l.list_id
      ORDER BY due_at, call_id LIMIT 1
    ) head
    WHERE l.dialable AND head.due_at <= now()
  ), pending AS (
    SELECT count(*) AS results, min(due_at) AS due_at FROM results WHERE state = 'pending'
  )
  SELECT
    (SELECT coalesce(sum(calls), 0)::bigint FROM queued) AS "queuedCalls",
    (SELECT coalesce(sum(calls), 0)::bigint FROM busy) AS "callsInProgress",
    (SELECT extract(epoch FROM now() - due_at)::float8 FROM first_due) AS "oldestDueCallSeconds",
    (SELECT results FROM pending) AS "pendingResults",
    (SELECT extract(epoch FROM now() - due_at)::float8 FROM pending WHERE due_at <= now())
      AS "oldestDueResultSeconds",
    (SELECT count(*) FROM results WHERE state = 'undeliverable') AS "undeliverableResults",
    (SELECT count(*) FROM nodes WHERE live) AS "liveNodes"`
