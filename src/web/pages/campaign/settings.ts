import type { Campaign } from '#client'
import { type Html, html } from '../../html.ts'
import { facts } from '../../parts/table.ts'
import { shownText } from '../../shown-text.ts'
import { durationText, shownTime } from '../../shown-time.ts'
import type { Visit } from '../../visit.ts'

/** What counts for all of its calls. */
export function settingsOf(visit: Visit, campaign: Campaign): Html {
  const text = (value: string | undefined) =>
    value === undefined || value === '' ? undefined : shownText(value)
  const time = (value: string | undefined) => value && shownTime(visit, value)
  const { calling_window, holidays, retry_policy, retry_interval } = campaign
  return html`<section class="panel" id="settings"><h2>Settings</h2>${facts([
    ['Document', text(campaign.start_url)],
    ['Fetched by', campaign.start_method.toUpperCase()],
    ['Results go to', text(campaign.result_url)],
    ['Events go to', text(campaign.events_url)],
    ['Parameters', text(campaign.campaign_parameters)],
    ['Caller ID', text(campaign.caller_id)],
    ['Retries', campaign.max_retries],
    ['Pause between', retry_interval === undefined ? undefined : durationText(retry_interval)],
    ['Retry policy', retry_policy && html`<code>${shownText(JSON.stringify(retry_policy))}</code>`],
    ['Schedule', text(campaign.schedule)],
    ['Hours', calling_window && shownText(hoursText(calling_window))],
    ['Holidays', holidays && shownText(hoursText(holidays))],
    ['Pacing profile', text(campaign.pacing_profile)],
    ['Begins', time(campaign.scheduled_at)],
    ['Expires', time(campaign.expires_at)],
    ['Made', time(campaign.created_at)],
    ['First dialled', time(campaign.began_at)],
    ['Ended', time(campaign.ended_at)],
  ])}</section>`
}

function hoursText(days: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(days)
    .map(([day, hours]) => `${day} ${hours.join(' ')}`)
    .join('; ')
}
