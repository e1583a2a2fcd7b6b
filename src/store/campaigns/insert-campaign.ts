import type { Queryable } from '../database/database.ts'

export interface NewCampaign {
  readonly accountId: number
  /** Unique in the account. */
  readonly name: string
  readonly campaignParameters: string
  readonly startUrl: string
  readonly startMethod: 'post' | 'get'
  readonly resultUrl?: string | undefined
  readonly maxRetries: number
  readonly retryIntervalSeconds: number
  readonly scheduledAt?: Date | undefined
  readonly expiresAt?: Date | undefined
}

/** The new campaign's id; undefined where the account has one of this name. */
export async function insertCampaign(
  db: Queryable,
  campaign: NewCampaign,
): Promise<number | undefined> {
  const [row] = await db.query<{ id: number }>(
    `INSERT INTO campaigns (account_id, name, campaign_parameters, start_url, start_method,
       result_url, max_retries, retry_interval_seconds, scheduled_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (account_id, name) DO NOTHING
     RETURNING campaign_id AS id`,
    [
      campaign.accountId,
      campaign.name,
      campaign.campaignParameters,
      campaign.startUrl,
      campaign.startMethod,
      campaign.resultUrl,
      campaign.maxRetries,
      campaign.retryIntervalSeconds,
      campaign.scheduledAt,
      campaign.expiresAt,
    ],
  )
  return row?.id
}
