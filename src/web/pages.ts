import type { Hono } from 'hono'
import { compress } from 'hono/compress'
import { serveAsset } from './assets.ts'
import { callPage } from './pages/call/call.ts'
import { callFiles } from './pages/call/recording-files.ts'
import { callPages } from './pages/calls.ts'
import { campaignRequests } from './pages/campaign/actions.ts'
import { campaignPage } from './pages/campaign/campaign.ts'
import { editCampaignPage } from './pages/campaign/edit.ts'
import { pacingRequests } from './pages/campaign/pacing.ts'
import { campaignsPage } from './pages/campaigns.ts'
import { newCallPage } from './pages/new-call.ts'
import { newCampaignPages } from './pages/new-campaign/new-campaign.ts'
import { overviewPages } from './pages/overview.ts'
import { settingsPages } from './pages/settings/settings.ts'
import { signInPages } from './pages/sign-in.ts'
import { tryPages } from './pages/try/try.ts'
import { Site, type SiteOptions } from './site.ts'

export type PagesOptions = SiteOptions

/**
 * The campaign manager: pages for people, rendered here, with forms that work without script. All that they show
 * and do they ask of the JSON interface, with the rights of whoever has signed in.
 */
export function createPages(options: PagesOptions): Hono {
  const site = new Site(options)
  site.hono.get('/assets/:name', (context) => {
    return serveAsset(context.req.param('name'), context.req.raw) ?? context.notFound()
  })
  // Assets are compressed already, and live streams must not wait for a block to fill.
  site.hono.use(compress({ contentTypeFilter: /^text\/html/ }))
  signInPages(site)
  overviewPages(site)
  campaignsPage(site)
  campaignPage(site)
  campaignRequests(site)
  pacingRequests(site)
  editCampaignPage(site)
  callPages(site)
  callPage(site)
  callFiles(site)
  newCallPage(site)
  settingsPages(site)
  tryPages(site)
  newCampaignPages(site)
  return site.hono
}
