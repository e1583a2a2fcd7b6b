import type { Overview, TrunkOverview } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../html.ts'
import type { Page } from '../layout.ts'
import { livePage } from '../live.ts'
import { badge } from '../parts/badge.ts'
import { barChart } from '../parts/chart.ts'
import { actionButton, confirmButton } from '../parts/confirm.ts'
import { outcomeSeries } from '../parts/outcome-series.ts'
import { table } from '../parts/table.ts'
import { shownText } from '../shown-text.ts'
import { clockText, countText, durationText } from '../shown-time.ts'
import { goTo, type Site } from '../site.ts'
import type { Visit } from '../visit.ts'
import { campaignTable } from './campaigns.ts'

/** Of the campaigns, the newest. */
const CAMPAIGNS = 5

/** How everything stands at this moment, and the switch that stops it. */
export function overviewPages(site: Site): void {
  site.get('/', async (visit): Promise<Page> => {
    const parts = await fragments(visit)
    return {
      title: 'Overview',
      live: '/live/overview',
      body: html`<div class="head"><h1>Overview</h1><div id="switch">${parts.switch}</div></div>
        <div id="figures">${parts.figures}</div>
        <div class="panels">
          <section class="panel" id="outcomes">${parts.outcomes}</section>
          <section class="panel" id="trunks">${parts.trunks}</section>
        </div>
        <section class="panel" id="campaigns">${parts.campaigns}</section>`,
    }
  })
  livePage(site, '/live/overview', fragments)
  site.post('/hold', async ({ client }, context) => {
    await client.holdAccount()
    return goTo(context, '/?done=all-held')
  })
  site.post('/resume', async ({ client }, context) => {
    await client.resumeAccount()
    return goTo(context, '/?done=all-resumed')
  })
}

async function fragments(visit: Visit) {
  const [overview, { campaigns }] = await Promise.all([
    visit.client.getOverview(),
    visit.client.listCampaigns({ limit: CAMPAIGNS }),
  ])
  return {
    switch: bigSwitch(visit, overview),
    figures: figures(overview),
    outcomes: outcomes(visit, overview),
    trunks: trunks(overview),
    campaigns: html`<div class="head"><h2>Newest campaigns</h2><a href="/campaigns">All campaigns</a></div>${campaignTable(visit, campaigns)}`,
  }
}

/** Suspends and resumes all calls of the account, after a question. */
function bigSwitch({ role }: Visit, { account_held }: Overview): Html {
  if (!roleAllows(role, 'operator')) return NOTHING
  if (account_held === true) return actionButton('/resume', 'Resume all calls')
  return confirmButton({
    ...{ id: 'suspend', label: 'Suspend everything', action: '/hold', isGrave: true },
    question: 'Suspend all calls of this account?',
    consequence:
      'From now on nothing more is dialled, of no campaign. Calls that are in progress go on to their end. You can resume at any time.',
  })
}

function figures({
  lines,
  calls_per_second,
  queue,
  installation_held,
  account_held,
}: Overview): Html {
  const atLeast = queue.at_least ? 'at least ' : ''
  return html`
    ${installation_held ? html`<p class="warning" role="status">The installation is suspended: nothing is dialled, of no account.</p>` : NOTHING}
    ${account_held === true ? html`<p class="warning" role="status">All calls of this account are suspended.</p>` : NOTHING}
    <dl class="tiles">
      ${tile('Lines in use', countText(lines.in_use), lines.free === undefined ? 'no limit' : `${countText(lines.free)} free`)}
      ${tile('Calls per second', calls_per_second.now.toFixed(1), calls_per_second.limit === undefined ? 'no limit' : `of at most ${calls_per_second.limit}`)}
      ${tile('Queued', countText(queue.queued), `${atLeast}${countText(queue.due)} of them due`)}
      ${tile('Oldest due call', queue.oldest_due_seconds === undefined ? 'none' : durationText(queue.oldest_due_seconds), queue.oldest_due_seconds === undefined ? 'nothing waits' : 'waits for a line')}
    </dl>`
}

function tile(name: string, value: string, aside: string): Html {
  return html`<div class="tile"><dt>${name}</dt><dd>${value} <span class="aside">${aside}</span></dd></div>`
}

function outcomes({ zone }: Visit, { outcomes: { buckets, bucket_seconds } }: Overview): Html {
  const series = outcomeSeries(buckets)
  if (series.length === 0) {
    return html`<h2>Outcomes of the last hour</h2><p class="empty">No call has ended in the last hour.</p>`
  }
  return html`<h2>Outcomes of the last hour</h2>${barChart({
    title: `Calls that ended, by ${durationText(bucket_seconds)}`,
    axis: 'From',
    width: 480,
    labels: buckets.map(({ at }) => clockText(zone, at)),
    series,
  })}`
}

function trunks({ trunks: all, live_nodes }: Overview): Html {
  return html`<h2>Trunks</h2>${table<TrunkOverview>({
    caption: 'Trunks and their state',
    hidesCaption: true,
    rows: all,
    empty: 'There is no trunk: no call can go out. An operator adds one under Settings.',
    columns: [
      { name: 'Trunk', isHeading: true, cell: ({ name }) => shownText(name) },
      { name: 'State', cell: trunkState },
    ],
  })}<p class="aside">${live_nodes === 1 ? 'One server is' : `${live_nodes} servers are`} running.</p>`
}

function trunkState({ state, reason }: TrunkOverview): Html {
  const why = reason === undefined ? NOTHING : html` <span class="aside">${TROUBLES[reason]}</span>`
  if (state === 'usable') return badge('good', 'usable')
  if (state === 'unusable') return html`${badge('bad', 'cannot be used')}${why}`
  return badge('plain', 'not known')
}

const TROUBLES: Readonly<Record<NonNullable<TrunkOverview['reason']>, string>> = {
  resting: 'it asked for a rest',
  registering: 'it is being registered with',
  'not-registered': 'it refused the registration',
  'not-asked': 'it was not asked yet',
  'no-answer': 'it does not answer',
}
