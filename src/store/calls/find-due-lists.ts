import type { CampaignState } from '#model'
import type { Queryable } from '../database/database.ts'
import type { QueuePlace } from './due-cursors.ts'

/** A list that has calls to dial, with all that decides how many of them may start. */
export interface DueList {
  readonly listId: number
  readonly accountId: number
  readonly campaignId: number
  readonly kind: 'single' | 'bulk'
  readonly campaignState: CampaignState
  /** Of its first call. */
  readonly dueAt: Date
  readonly accountLines: number | null
  readonly accountCallsPerSecond: number | null
  /** IANA name */
  readonly timeZone: string
  readonly attemptsPerDay: number | null
  readonly minutesPerDay: number | null
  readonly campaignLines: number | null
  readonly campaignCallsPerSecond: number | null
  readonly weight: number
}

export interface DueListRequest {
  readonly now: Date
  readonly from: ReadonlyMap<number, QueuePlace>
  /** Who asks; nothing is due for a node that is not, or no longer, one of this start. */
  readonly node: { readonly nodeId: string; readonly incarnation: number }
}

/**
 * The lists whose first call is due and, of those whose first call is due later, the first. Lists that
 * are not complete, or of campaigns or accounts that are held, have nothing to dial.
 */
export function findDueLists(db: Queryable, request: DueListRequest): Promise<DueList[]> {
  const places = [...request.from.values()]
  return db.query<DueList>(DUE_LISTS, [
    request.now,
    request.node.nodeId,
    request.node.incarnation,
    [...request.from.keys()],
    places.map(({ dueAt }) => dueAt),
    places.map(({ callId }) => callId),
  ])
}

const DUE_LISTS = `
  WITH lists AS (
    SELECT l.list_id AS "listId", l.account_id AS "accountId", l.campaign_id AS "campaignId", l.kind,
      p.state AS "campaignState", head.due_at AS "dueAt", a.lines AS "accountLines",
      a.calls_per_second AS "accountCallsPerSecond", a.time_zone AS "timeZone",
      a.attempts_per_day AS "attemptsPerDay", a.minutes_per_day AS "minutesPerDay", p.lines AS "campaignLines",
      p.calls_per_second AS "campaignCallsPerSecond", p.weight
    FROM call_lists l
    JOIN campaigns p ON p.account_id = l.account_id AND p.campaign_id = l.campaign_id
    JOIN accounts a ON a.account_id = l.account_id
    LEFT JOIN unnest($4::integer[], $5::timestamptz[], $6::integer[])
      AS place(list_id, due_at, call_id) ON place.list_id = l.list_id
    CROSS JOIN LATERAL (
      SELECT c.due_at FROM calls c
      WHERE c.state = 'queued' AND c.list_id = l.list_id AND (c.due_at, c.call_id)
        >= (coalesce(place.due_at, '-infinity'), coalesce(place.call_id, 0))
      ORDER BY c.due_at, c.call_id
      LIMIT 1
    ) head
    WHERE l.state = 'complete' AND p.state IN ('queued', 'running') AND NOT a.held
      AND EXISTS (SELECT FROM nodes WHERE node_id = $2 AND incarnation = $3 AND live)
  )
  SELECT * FROM lists
  WHERE "dueAt" <= $1 OR "dueAt" = (SELECT min("dueAt") FROM lists WHERE "dueAt" > $1)
  ORDER BY "listId"`
