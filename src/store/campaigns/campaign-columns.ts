import type { CampaignState, Holidays } from '#model'
import { withoutNulls } from '../database/row.ts'

/** What an edit of a campaign may change. A call's own value goes before its campaign's. */
export interface CampaignSettings {
  readonly startUrl?: string
  readonly startMethod: 'post' | 'get'
  readonly resultUrl?: string
  /** Where its events go, instead of its account's URL. */
  readonly eventsUrl?: string
  /** 0–10. */
  readonly maxRetries?: number
  /** 60–172800. */
  readonly retryIntervalSeconds?: number
  readonly expiresAt?: Date
  /** Ten digits. */
  readonly callerId?: string
  /** Calls in progress at once. */
  readonly lines?: number
  readonly callsPerSecond?: number
  /** Its part among the campaigns of its account. */
  readonly weight: number
  /** Model's `CallingWindow` and `RetryPolicy`, as JSON. */
  readonly callingWindow?: unknown
  readonly retryPolicy?: unknown
  /** Besides those of the account. */
  readonly holidays?: Holidays
  /** The schedule and the pacing profile that some of these are of; absent: they are its own. */
  readonly schedule?: string
  readonly pacingProfile?: string
}

export interface Campaign extends CampaignSettings {
  readonly accountId: number
  readonly campaignId: number
  readonly name: string
  readonly campaignParameters: string
  /** Takes the single calls of its account. */
  readonly isDefault: boolean
  readonly state: CampaignState
  readonly draining: boolean
  /** Grows with every edit. */
  readonly version: number
  readonly scheduledAt?: Date
  readonly createdAt: Date
  readonly stateChangedAt: Date
  /** When the first of its calls was given a line. */
  readonly beganAt?: Date
  /** When it was found that nothing of it is left. */
  readonly endedAt?: Date
}

/** A row of `campaigns p` as a `Campaign`; null where absent. */
export const CAMPAIGN_COLUMNS = `
  p.account_id AS "accountId", p.campaign_id AS "campaignId", p.name,
  p.campaign_parameters AS "campaignParameters", p.is_default AS "isDefault", p.state, p.draining,
  p.version, p.start_url AS "startUrl", p.start_method AS "startMethod",
  p.result_url AS "resultUrl", p.events_url AS "eventsUrl", p.max_retries AS "maxRetries",
  p.retry_interval_seconds AS "retryIntervalSeconds", p.scheduled_at AS "scheduledAt",
  p.expires_at AS "expiresAt", p.caller_id AS "callerId", p.lines,
  p.calls_per_second AS "callsPerSecond", p.weight, p.calling_window AS "callingWindow",
  p.retry_policy AS "retryPolicy", p.holidays, p.schedule, p.pacing_profile AS "pacingProfile",
  p.created_at AS "createdAt",
  p.state_changed_at AS "stateChangedAt", p.began_at AS "beganAt", p.ended_at AS "endedAt"`

export function campaignOf(row: Campaign): Campaign {
  return withoutNulls<Campaign>(row)
}
