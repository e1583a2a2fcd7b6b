import { CALLS_DUE, type Queryable } from '../database/database.ts'
import type { CampaignSettings } from './campaign-columns.ts'
import type { CampaignKey } from './find-campaign.ts'

/** Writes all that an edit may change, and the next version; lock the campaign before. */
export async function updateCampaignSettings(
  tx: Queryable,
  key: CampaignKey,
  settings: CampaignSettings,
): Promise<void> {
  await tx.execute(
    `UPDATE campaigns SET version = version + 1, start_url = $3, start_method = $4,
       result_url = $5, max_retries = $6, retry_interval_seconds = $7, expires_at = $8,
       caller_id = $9, lines = $10, calls_per_second = $11, weight = $12,
       calling_window = $13::jsonb, retry_policy = $14::jsonb, events_url = $15,
       holidays = $16::jsonb, schedule = $17, pacing_profile = $18
     WHERE account_id = $1 AND campaign_id = $2`,
    [
      key.accountId,
      key.campaignId,
      settings.startUrl,
      settings.startMethod,
      settings.resultUrl,
      settings.maxRetries,
      settings.retryIntervalSeconds,
      settings.expiresAt,
      settings.callerId,
      settings.lines,
      settings.callsPerSecond,
      settings.weight,
      json(settings.callingWindow),
      json(settings.retryPolicy),
      settings.eventsUrl,
      json(settings.holidays),
      settings.schedule,
      settings.pacingProfile,
    ],
  )
  tx.notify(CALLS_DUE)
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
