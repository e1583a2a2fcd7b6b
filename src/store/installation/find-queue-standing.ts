import { assert } from '#base'
import type { CampaignState } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

/** How the calls of an account stand, or those of all accounts; ages in seconds, by the database's clock. */
export interface QueueStanding {
  readonly now: Date
  readonly installationHeld: boolean
  /** Absent where all accounts are looked at. */
  readonly accountHeld?: boolean
  readonly accountLines?: number
  readonly accountCallsPerSecond?: number
  /** Of those looked at, and of all: calls claimed, dialing and answered; one with a second leg counts twice. */
  readonly linesInUse: number
  readonly allLinesInUse: number
  /** Calls that wait for an attempt, whenever that is due. */
  readonly queued: number
  /** Of these: what could be dialled now, were there lines enough. */
  readonly due: number
  /** `queued` and `due` are at least so many: not all of them were counted. */
  readonly isAtLeast: boolean
  /** How long the first of those due is overdue; absent where none is. */
  readonly oldestDueSeconds?: number
  /** Campaigns that are not over, without the default ones; a state without any is absent. */
  readonly campaigns: Readonly<Partial<Record<CampaignState, number>>>
}

/** Rows of a list that are counted one by one: what of a list is due; the queued single calls. */
const MOST_DUE = 2000
const MOST_SINGLE = 50_000

/**
 * In one snapshot. Uploads are reckoned from what was accepted and has ended. Of a list of which more is due, and
 * more is not due yet, than is counted one by one, `due` is the least that it can be.
 */
export async function findQueueStanding(
  db: Queryable,
  { accountId, now }: { readonly accountId?: number | undefined; readonly now?: Date },
): Promise<QueueStanding> {
  const [row] = await db.query<QueueStanding>(STANDING, [accountId, now, MOST_DUE, MOST_SINGLE])
  assert(row !== undefined, 'a query of scalars has one row')
  return withoutNulls<QueueStanding>(row)
}

const STANDING = `
  WITH moment AS (
    SELECT coalesce($2::timestamptz, now()) AS now
  ), lists AS (
    SELECT l.account_id, l.list_id, l.kind, l.accepted, l.campaign_id,
      l.state = 'complete' AND p.state IN ('queued', 'running') AND NOT a.held AND NOT i.held
        AS dialable
    FROM call_lists l
    JOIN campaigns p ON p.account_id = l.account_id AND p.campaign_id = l.campaign_id
    JOIN accounts a ON a.account_id = l.account_id
    CROSS JOIN installation i
    WHERE l.state IN ('complete', 'draining', 'canceled') AND p.ended_at IS NULL
      AND ($1::integer IS NULL OR l.account_id = $1)
  ), busy AS MATERIALIZED (
    SELECT account_id, list_id, count(*) AS calls, count(*) + count(second_trunk) AS lines FROM calls
    WHERE state IN ('claimed', 'dialing', 'answered') GROUP BY 1, 2
  ), queued AS MATERIALIZED (
    SELECT l.*, CASE l.kind
      WHEN 'bulk' THEN l.accepted
        - coalesce((SELECT calls FROM busy b WHERE b.list_id = l.list_id), 0)
        - coalesce((
          SELECT sum(calls) FROM campaign_counts n WHERE n.account_id = l.account_id
            AND n.campaign_id = l.campaign_id AND n.list_id = l.list_id
        ), 0)
      ELSE (SELECT count(*) FROM (
        SELECT FROM calls c WHERE c.state = 'queued' AND c.list_id = l.list_id LIMIT $4
      ) counted_one)
    END AS calls
    FROM lists l
  ), counted AS (
    SELECT q.list_id, q.calls, q.kind = 'single' AND q.calls >= $4 AS more,
      due.calls AS due, waiting.calls AS waiting
    FROM queued q CROSS JOIN moment
    CROSS JOIN LATERAL (
      SELECT count(*) AS calls FROM (
        SELECT FROM calls c WHERE c.state = 'queued' AND c.list_id = q.list_id AND c.due_at <= now
        LIMIT CASE WHEN q.dialable THEN $3 ELSE 0 END
      ) counted_one
    ) due
    CROSS JOIN LATERAL (
      SELECT count(*) AS calls FROM (
        SELECT FROM calls c WHERE c.state = 'queued' AND c.list_id = q.list_id AND c.due_at > now
        LIMIT CASE WHEN due.calls >= $3 THEN $3 ELSE 0 END
      ) counted_one
    ) waiting
  ), first_due AS (
    SELECT min(head.due_at) AS due_at
    FROM lists l CROSS JOIN moment CROSS JOIN LATERAL (
      SELECT due_at FROM calls c WHERE c.state = 'queued' AND c.list_id = l.list_id
      ORDER BY due_at, call_id LIMIT 1
    ) head
    WHERE l.dialable AND head.due_at <= now
  ), open AS (
    SELECT state, count(*) AS campaigns FROM campaigns
    WHERE ended_at IS NULL AND NOT is_default AND ($1::integer IS NULL OR account_id = $1)
    GROUP BY 1
  )
  SELECT moment.now, i.held AS "installationHeld", a.held AS "accountHeld",
    a.lines AS "accountLines", a.calls_per_second AS "accountCallsPerSecond",
    (SELECT coalesce(sum(lines), 0)::bigint FROM busy WHERE $1::integer IS NULL OR account_id = $1)
      AS "linesInUse",
    (SELECT coalesce(sum(lines), 0)::bigint FROM busy) AS "allLinesInUse",
    (SELECT coalesce(sum(greatest(calls, 0)), 0)::bigint FROM queued) AS queued,
    (SELECT coalesce(sum(CASE WHEN due >= $3 AND waiting < $3 THEN greatest(calls - waiting, due)
      ELSE due END), 0)::bigint FROM counted) AS due,
    (SELECT coalesce(bool_or(more OR (due >= $3 AND waiting >= $3)), false) FROM counted)
      AS "isAtLeast",
    (SELECT extract(epoch FROM moment.now - due_at)::float8 FROM first_due) AS "oldestDueSeconds",
    (SELECT coalesce(jsonb_object_agg(state, campaigns), '{}') FROM open) AS campaigns
  FROM moment CROSS JOIN installation i LEFT JOIN accounts a ON a.account_id = $1`
