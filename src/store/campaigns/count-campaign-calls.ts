import type { Outcome } from '#model'
import type { Queryable } from '../database/database.ts'
import type { CampaignKey } from './find-campaign.ts'

/** How far a campaign has come. `accepted` is the sum of all others. */
export interface CampaignProgress {
  readonly accepted: number
  readonly queued: number
  /** Claimed, dialing or answered. */
  readonly inProgress: number
  /** Ended calls by their outcome; one without calls is absent. */
  readonly ended: Readonly<Partial<Record<Outcome, number>>>
}

/**
 * Counted in one snapshot, without a look at calls that have ended: those of an upload that are queued
 * are what is left of the accepted ones; the queued single calls are counted in the queue's index.
 */
export async function countCampaignCalls(
  db: Queryable,
  { accountId, campaignId }: CampaignKey,
): Promise<CampaignProgress> {
  const rows = await db.query<{ what: string; calls: number }>(COUNT, [accountId, campaignId])
  const of = (what: string): number => rows.find((row) => row.what === what)?.calls ?? 0
  const ended = rows.filter(({ what }) => what !== ':queued' && what !== ':in-progress')
  const endedCalls = ended.reduce((sum, { calls }) => sum + calls, 0)
  return {
    accepted: of(':queued') + of(':in-progress') + endedCalls,
    queued: of(':queued'),
    inProgress: of(':in-progress'),
    ended: Object.fromEntries(ended.map(({ what, calls }) => [what, calls])),
  }
}

const COUNT = `
  WITH lists AS (
    SELECT list_id, kind, accepted FROM call_lists
    WHERE account_id = $1 AND campaign_id = $2 AND state IN ('complete', 'draining', 'canceled')
  ), ended AS (
    SELECT list_id, outcome, sum(calls)::bigint AS calls FROM campaign_counts
    WHERE account_id = $1 AND campaign_id = $2 GROUP BY 1, 2
  ), busy AS (
    SELECT list_id, count(*) AS calls FROM calls
    WHERE account_id = $1 AND campaign_id = $2 AND state IN ('claimed', 'dialing', 'answered')
    GROUP BY 1
  ), queued AS (
    SELECT CASE l.kind
      WHEN 'bulk' THEN l.accepted
        - coalesce((SELECT calls FROM busy b WHERE b.list_id = l.list_id), 0)
        - coalesce((SELECT sum(calls) FROM ended e WHERE e.list_id = l.list_id), 0)
      ELSE (SELECT count(*) FROM calls c WHERE c.list_id = l.list_id AND c.state = 'queued')
    END AS calls
    FROM lists l
  )
  SELECT ':queued' AS what, coalesce(sum(calls), 0)::bigint AS calls FROM queued
  UNION ALL SELECT ':in-progress', coalesce(sum(calls), 0)::bigint FROM busy
  UNION ALL SELECT outcome, sum(calls)::bigint FROM ended GROUP BY outcome`
