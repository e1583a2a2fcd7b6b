import type { Campaign } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../html.ts'
import type { Page } from '../layout.ts'
import { livePage } from '../live.ts'
import { stateBadge } from '../parts/badge.ts'
import { progressFigures } from '../parts/campaign-progress.ts'
import { progressBar } from '../parts/progress.ts'
import { pager, table } from '../parts/table.ts'
import { shownText } from '../shown-text.ts'
import { countText, shownTime } from '../shown-time.ts'
import type { Site } from '../site.ts'
import type { Visit } from '../visit.ts'

const ROWS = 50

/** All campaigns of the account, the newest first, each with its progress. */
export function campaignsPage(site: Site): void {
  site.get('/campaigns', async (visit): Promise<Page> => {
    return {
      title: 'Campaigns',
      live: `/live/campaigns${visit.url.search}`,
      body: html`<div class="head"><h1>Campaigns</h1>
          ${roleAllows(visit.role, 'operator') ? html`<a class="button main" href="/campaigns/new">New campaign</a>` : NOTHING}
        </div>
        <section class="panel" id="campaigns">${await list(visit)}</section>`,
    }
  })
  livePage(site, '/live/campaigns', async (visit) => ({ campaigns: await list(visit) }))
}

async function list(visit: Visit): Promise<Html> {
  const cursor = visit.url.searchParams.get('cursor') ?? undefined
  const found = await visit.client.listCampaigns({
    limit: ROWS,
    ...(cursor === undefined ? {} : { cursor }),
  })
  const shown = new URL('/campaigns', visit.url)
  if (cursor !== undefined) shown.searchParams.set('cursor', cursor)
  return html`${campaignTable(visit, found.campaigns)}${pager(shown, found.next_cursor)}`
}

export function campaignTable(visit: Visit, campaigns: readonly Campaign[]): Html {
  return table<Campaign>({
    caption: 'Campaigns, the newest first',
    hidesCaption: true,
    rows: campaigns,
    empty: 'There is no campaign yet.',
    columns: [
      {
        name: 'Campaign',
        isHeading: true,
        cell: (one) =>
          html`<a href="/campaigns/${one.campaign_id}">${shownText(one.campaign_name)}</a>`,
      },
      {
        name: 'State',
        cell: (one) => html`${stateBadge(one.state)}${one.draining ? ' draining' : NOTHING}`,
      },
      { name: 'Progress', cell: (one) => progressBar(progressFigures(one.progress)) },
      count('Pending', 'pending'),
      count('Completed', 'completed'),
      count('Failed', 'failed'),
      { name: 'Made', cell: (one) => shownTime(visit, one.created_at) },
    ],
  })
}

function count(name: string, figure: 'pending' | 'completed' | 'failed') {
  return {
    name,
    isNumber: true,
    cell: (one: Campaign) => countText(progressFigures(one.progress)[figure]),
  }
}
