import type { CampaignKey } from '../campaigns/find-campaign.ts'
import type { Queryable } from '../database/database.ts'
import type { OutcomeCount } from './find-recent-outcomes.ts'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 86_400

/** The first and the last five minutes in which calls of a campaign ended; undefined where none has. */
export async function findCampaignSpan(
  db: Queryable,
  { accountId, campaignId }: CampaignKey,
): Promise<{ readonly first: Date; readonly last: Date } | undefined> {
  const [span] = await db.query<{ first: Date | null; last: Date | null }>(
    `SELECT min(bucket) AS first, max(bucket) AS last FROM call_statistics
     WHERE account_id = $1 AND campaign_id = $2 AND seconds = 300`,
    [accountId, campaignId],
  )
  const { first, last } = span ?? {}
  return first && last ? { first, last } : undefined
}

/**
 * How calls of a campaign ended, in stretches of `seconds`: a multiple of five minutes, from UNIX time 0 on, and above
 * an hour or a day one of these. `from`: of those that begin then or later.
 */
export function findCampaignSeries(
  db: Queryable,
  request: CampaignKey & { readonly seconds: number; readonly from?: Date },
): Promise<OutcomeCount[]> {
  const { accountId, campaignId, seconds, from } = request
  const kept = [DAY_SECONDS, HOUR_SECONDS].find((length) => seconds >= length) ?? 300
  return db.query<OutcomeCount>(
    `SELECT date_bin(make_interval(secs => $4), bucket, to_timestamp(0)) AS bucket, outcome,
       sum(calls)::bigint AS calls
     FROM call_statistics
     WHERE account_id = $1 AND campaign_id = $2 AND seconds = $3
       AND bucket >= coalesce($5::timestamptz, '-infinity')
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [accountId, campaignId, kept, seconds, from],
  )
}
