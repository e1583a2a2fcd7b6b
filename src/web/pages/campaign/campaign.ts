import type { Campaign, CampaignStatistics } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { livePage } from '../../live.ts'
import { stateBadge } from '../../parts/badge.ts'
import { progressFigures } from '../../parts/campaign-progress.ts'
import { progressBar } from '../../parts/progress.ts'
import { facts, pager } from '../../parts/table.ts'
import { shownText } from '../../shown-text.ts'
import { countText, durationText, shownTime } from '../../shown-time.ts'
import type { Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { callTable, findCalls, searchForm } from '../calls.ts'
import { campaignActions } from './actions.ts'
import { campaignCharts } from './charts.ts'
import { pacingForm } from './pacing.ts'
import { settingsOf } from './settings.ts'

/** One campaign: how far it is, how it went, how fast it goes, and its calls. */
export function campaignPage(site: Site): void {
  site.get('/campaigns/:id{[0-9]+}', (visit, context) =>
    showCampaign(visit, Number(context.req.param('id'))),
  )
  livePage(site, '/live/campaigns/:id{[0-9]+}', async (visit, context) => {
    const campaign_id = Number(context.req.param('id'))
    const [campaign, statistics] = await Promise.all([
      visit.client.getCampaign({ campaign_id }),
      visit.client.getCampaignStatistics({ campaign_id }),
    ])
    return {
      actions: campaignActions(visit, campaign),
      progress: progress(visit, campaign, statistics),
      charts: campaignCharts(visit, statistics),
    }
  })
}

async function showCampaign(visit: Visit, campaign_id: number): Promise<Page> {
  const { client, url } = visit
  const [campaign, statistics, found] = await Promise.all([
    client.getCampaign({ campaign_id }),
    client.getCampaignStatistics({ campaign_id }),
    findCalls(visit, { campaign_id }),
  ])
  const isOver = campaign.ended_at !== undefined
  const path = `/campaigns/${campaign_id}`
  return {
    title: campaign.campaign_name,
    ...(isOver ? {} : { live: `/live${path}` }),
    body: html`<div class="head">
        <h1>${shownText(campaign.campaign_name)}</h1>
        <div class="actions" id="actions">${campaignActions(visit, campaign)}</div>
      </div>
      <section class="panel" id="progress">${progress(visit, campaign, statistics)}</section>
      <div id="charts">${campaignCharts(visit, statistics)}</div>
      <div class="panels">
        ${isOver ? NOTHING : pacingForm(visit, campaign)}
        ${settingsOf(visit, campaign)}
      </div>
      <section class="panel" id="calls"><h2>Calls</h2>
        ${searchForm(visit, path)}
        ${callTable(visit, found.calls, false)}
        ${pager(url, found.next_cursor)}
      </section>`,
  }
}

function progress(visit: Visit, campaign: Campaign, statistics: CampaignStatistics): Html {
  const figures = progressFigures(campaign.progress)
  const { answer_rate, calls_per_minute, finish_estimate, no_estimate, next_dial_at } = statistics
  return html`<p>${stateBadge(campaign.state)} ${campaign.draining ? 'It drains: what was never dialled is canceled.' : NOTHING}</p>
    ${progressBar(figures)}
    ${facts([
      ['Pending', countText(figures.pending)],
      ['Completed', countText(figures.completed)],
      ['Failed', countText(figures.failed)],
      [
        'Answer rate',
        answer_rate === undefined ? undefined : `${(100 * answer_rate).toFixed(1)} %`,
      ],
      ['Calls per minute', calls_per_minute.toFixed(1)],
      [
        'Length, median',
        statistics.durations.median === undefined
          ? undefined
          : durationText(statistics.durations.median),
      ],
      [
        'Will be through',
        finish_estimate === undefined ? noEstimate(no_estimate) : shownTime(visit, finish_estimate),
      ],
      [
        'Next call can be dialled',
        next_dial_at === undefined ? undefined : shownTime(visit, next_dial_at),
      ],
    ])}`
}

function noEstimate(reason: CampaignStatistics['no_estimate']): Html {
  return html`<span class="aside">${reason === undefined ? 'not known' : NO_ESTIMATES[reason]}</span>`
}

const NO_ESTIMATES: Readonly<Record<NonNullable<CampaignStatistics['no_estimate']>, string>> = {
  'nothing-left': 'it is',
  canceled: 'it was canceled',
  paused: 'it is paused',
  held: 'all calls are suspended',
  'outside-hours': 'it is outside its hours',
  'not-due': 'its next call is due later',
  'nothing-ended': 'no call has ended lately',
}
