import { type Campaign, OutdialApiError } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import { errorOf, field, type Problem, problemSummary } from '../../parts/field.ts'
import { type Form, readForm } from '../../read-form.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'

const NAMES = ['lines', 'calls_per_second', 'weight'] as const
type Pace = Readonly<Partial<Record<(typeof NAMES)[number], string>>>

/** How fast a campaign goes; counts from the next attempt on. */
export function pacingForm(
  visit: Visit,
  campaign: Campaign,
  given: Pace = paceOf(campaign),
  problem?: Problem,
): Html {
  if (!roleAllows(visit.role, 'operator')) return NOTHING
  const one = (name: (typeof NAMES)[number], label: string, hint: string): Html =>
    field({
      ...{ name, label, hint, value: given[name] ?? '', error: errorOf(problem, name) },
      ...{ inputMode: 'decimal' },
    })
  return html`<section class="panel" id="pacing"><h2>Pace</h2>
    ${problemSummary(problem)}
    ${campaign.pacing_profile === undefined ? NOTHING : html`<p class="aside">From the pacing profile ${campaign.pacing_profile}; what is set here replaces it.</p>`}
    <form method="post" action="/campaigns/${campaign.campaign_id}/pace">
      <input type="hidden" name="version" value="${campaign.version}">
      ${one('lines', 'Lines', 'Calls in progress at once; empty: as many as the account has')}
      ${one('calls_per_second', 'Calls per second', 'Empty: as fast as the account may')}
      ${one('weight', 'Weight', 'Its share beside other campaigns; 1 where nothing else is said')}
      <button class="main">Set the pace</button>
    </form>
  </section>`
}

export function pacingRequests(site: Site): void {
  site.post('/campaigns/:id{[0-9]+}/pace', async (visit, context) => {
    const campaign_id = Number(context.req.param('id'))
    const form = await readForm(context.req.raw)
    try {
      await visit.client.editCampaign({
        campaign_id,
        'If-Match': `"${form.text('version')}"`,
        body: Object.fromEntries(NAMES.map((name) => [name, numberOf(form, name)])),
      })
      return goTo(context, `/campaigns/${campaign_id}?done=pace-set`)
    } catch (error) {
      if (!(error instanceof OutdialApiError) || ![412, 422].includes(error.status)) throw error
      const campaign = await visit.client.getCampaign({ campaign_id })
      const given = Object.fromEntries(NAMES.map((name) => [name, form.text(name)]))
      return {
        ...{ title: campaign.campaign_name, status: 422 },
        body: html`<h1>${campaign.campaign_name}</h1>${pacingForm(visit, campaign, given, error)}`,
      }
    }
  })
}

/** Null takes the campaign's own value away; what is no number is refused by whoever is asked for it. */
function numberOf(form: Form, name: string): number | null {
  const text = form.text(name).trim()
  if (text === '') return null
  const value = Number(text)
  return Number.isNaN(value) ? (text as unknown as number) : value
}

function paceOf(campaign: Campaign): Pace {
  return Object.fromEntries(
    NAMES.flatMap((name) => (campaign[name] === undefined ? [] : [[name, String(campaign[name])]])),
  )
}
