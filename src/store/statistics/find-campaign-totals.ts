import type { CalleeType, Outcome } from '#model'
import type { CampaignKey } from '../campaigns/find-campaign.ts'
import type { Queryable } from '../database/database.ts'

/** Ended calls of a campaign that are alike. */
export interface CallTotals {
  readonly outcome: Outcome
  readonly calleeType: CalleeType
  /** 0: never connected; else one of the model's classes, from 1. */
  readonly durationClass: number
  readonly calls: number
  /** Of these: with an attempt. */
  readonly dialed: number
  /** Connected, of all together. */
  readonly seconds: number
}

export function findCampaignTotals(
  db: Queryable,
  { accountId, campaignId }: CampaignKey,
): Promise<CallTotals[]> {
  return db.query<CallTotals>(
    `SELECT outcome, callee_type AS "calleeType", duration_class AS "durationClass", calls, dialed, seconds
     FROM call_totals WHERE account_id = $1 AND campaign_id = $2
     ORDER BY outcome, callee_type, duration_class`,
    [accountId, campaignId],
  )
}

/** The attempts of a campaign's ended calls, by how they ended themselves. */
export async function findAttemptTotals(
  db: Queryable,
  { accountId, campaignId }: CampaignKey,
): Promise<Partial<Record<Outcome, number>>> {
  const rows = await db.query<{ outcome: Outcome; attempts: number }>(
    `SELECT outcome, attempts FROM attempt_totals
     WHERE account_id = $1 AND campaign_id = $2 ORDER BY outcome`,
    [accountId, campaignId],
  )
  return Object.fromEntries(rows.map(({ outcome, attempts }) => [outcome, attempts]))
}
