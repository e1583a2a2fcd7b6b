import { html } from '../html.ts'
import type { Page } from '../layout.ts'
import { livePage } from '../live.ts'
import { shownTime } from '../shown-time.ts'
import type { Site } from '../site.ts'
import type { Visit } from '../visit.ts'

export function overviewPages(site: Site): void {
  site.get('/', overview)
  livePage(site, '/live/overview', async (visit) => ({ now: await nowPanel(visit) }))
}

async function overview(visit: Visit): Promise<Page> {
  return {
    title: 'Overview',
    live: '/live/overview',
    body: html`<h1>Overview</h1><div id="now">${await nowPanel(visit)}</div>`,
  }
}

async function nowPanel(visit: Visit) {
  const { campaigns } = await visit.client.listCampaigns({ limit: 5 })
  return html`<p>${campaigns.length} campaigns ${shownTime(visit, '2026-01-01T00:00:00Z')}</p>`
}
