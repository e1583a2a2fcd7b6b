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

/** That of one campaign; see `countCallsOfCampaigns`. */
export async function countCampaignCalls(
  db: Queryable,
  { accountId, campaignId }: CampaignKey,
): Promise<CampaignProgress> {
  const counted = await countCallsOfCampaigns(db, { accountId, campaignIds: [campaignId] })
  return counted.get(campaignId) ?? progressOf([])
}

/**
 * The progress of each of these campaigns, by its id. Counted in one snapshot, without a look at calls that have ended: those of
 * an upload that are queued are what is left of the accepted ones; the queued single calls are counted in the
 * queue's index.
 */
export async function countCallsOfCampaigns(
  db: Queryable,
  {
    accountId,
    campaignIds,
  }: { readonly accountId?: number | undefined; readonly campaignIds: readonly number[] },
): Promise<ReadonlyMap<number, CampaignProgress>> {
  const rows = await db.query<Counted>(COUNT, [accountId, campaignIds])
  const byCampaign = Map.groupBy(rows, ({ campaignId }) => campaignId)
  return new Map(campaignIds.map((id) => [id, progressOf(byCampaign.get(id) ?? [])]))
}

interface Counted {
  readonly campaignId: number
  /** `:queued`, `:in-progress`, or an outcome. */
  readonly what: string
  readonly calls: number
}

function progressOf(counts: readonly Counted[]): CampaignProgress {
  const of = (what: string): number => counts.find((row) => row.what === what)?.calls ?? 0
  const ended = counts.filter(({ what }) => what !== ':queued' && what !== ':in-progress')
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
    SELECT campaign_id, list_id, kind, accepted FROM call_lists
    WHERE ($1::integer IS NULL OR account_id = $1) AND campaign_id = ANY ($2::integer[])
      AND state IN ('complete', 'draining', 'canceled')
  ), ended AS (
    SELECT campaign_id, list_id, outcome, sum(calls)::bigint AS calls FROM campaign_counts
    WHERE ($1::integer IS NULL OR account_id = $1) AND campaign_id = ANY ($2::integer[]) GROUP BY 1, 2, 3
  ), busy AS (
    SELECT campaign_id, list_id, count(*) AS calls FROM calls
    WHERE ($1::integer IS NULL OR account_id = $1) AND campaign_id = ANY ($2::integer[])
      AND state IN ('claimed', 'dialing', 'answered')
    GROUP BY 1, 2
  ), queued AS (
    SELECT campaign_id, CASE l.kind
      WHEN 'bulk' THEN l.accepted
        - coalesce((SELECT calls FROM busy b WHERE b.list_id = l.list_id), 0)
        - coalesce((SELECT sum(calls) FROM ended e WHERE e.list_id = l.list_id), 0)
      ELSE (SELECT count(*) FROM calls c WHERE c.list_id = l.list_id AND c.state = 'queued')
    END AS calls
    FROM lists l
  )
  SELECT campaign_id AS "campaignId", ':queued' AS what, sum(calls)::bigint AS calls
    FROM queued GROUP BY 1
  UNION ALL SELECT campaign_id, ':in-progress', sum(calls)::bigint FROM busy GROUP BY 1
  UNION ALL SELECT campaign_id, outcome, sum(calls)::bigint FROM ended GROUP BY 1, 2`
