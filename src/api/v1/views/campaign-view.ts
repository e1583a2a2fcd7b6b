import type { CampaignDescription } from '#calls'

/** A campaign in the words of the interface, which are those of an edit. */
export function campaignView(campaign: Omit<CampaignDescription, 'progress'>): object {
  return {
    campaign_id: campaign.campaignId,
    campaign_name: campaign.name,
    campaign_parameters: campaign.campaignParameters,
    is_default: campaign.isDefault,
    state: campaign.state,
    draining: campaign.draining,
    version: campaign.version,
    start_url: campaign.startUrl,
    start_method: campaign.startMethod,
    result_url: campaign.resultUrl,
    events_url: campaign.eventsUrl,
    max_retries: campaign.maxRetries,
    retry_interval: campaign.retryIntervalSeconds,
    scheduled_at: campaign.scheduledAt,
    expires_at: campaign.expiresAt,
    caller_id: campaign.callerId,
    lines: campaign.lines,
    calls_per_second: campaign.callsPerSecond,
    weight: campaign.weight,
    calling_window: campaign.callingWindow,
    holidays: campaign.holidays,
    retry_policy: campaign.retryPolicy,
    schedule: campaign.schedule,
    pacing_profile: campaign.pacingProfile,
    created_at: campaign.createdAt,
    began_at: campaign.beganAt,
    ended_at: campaign.endedAt,
  }
}

/** `accepted` is the sum of all others. */
export function progressView({
  accepted,
  queued,
  inProgress,
  ended,
}: CampaignDescription['progress']): object {
  return { accepted, queued, in_progress: inProgress, ended }
}
