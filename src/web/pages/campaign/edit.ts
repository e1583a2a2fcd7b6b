import type { Campaign, Operations } from '#client'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import { html } from '../../html.ts'
import type { Page } from '../../layout.ts'
import {
  campaignSettings,
  LABELS,
  SETTING_NAMES,
  type SettingName,
} from '../../parts/campaign-settings.ts'
import { problemSummary } from '../../parts/field.ts'
import { type Form, readForm } from '../../read-form.ts'
import { shownText } from '../../shown-text.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { settingsOf } from '../new-campaign/settings-form.ts'

type Values = Readonly<Partial<Record<SettingName, string>>>
type Edit = Operations['editCampaign']['request']['body']

/** Profiles that a choice shows. */
const MOST_PROFILES = 100
/** Said once, when a campaign is made. */
const FIXED: readonly string[] = ['campaign_name', 'campaign_parameters', 'scheduled_time']

/** What counts for all of a campaign's calls, from each call's next attempt on. */
export function editCampaignPage(site: Site): void {
  const path = '/campaigns/:id{[0-9]+}/edit'
  site.getAs('operator', path, async (visit, context) => {
    const campaign = await visit.client.getCampaign({
      campaign_id: Number(context.req.param('id')),
    })
    return show(visit, { campaign, version: campaign.version, values: valuesOf(campaign) })
  })
  site.postAs('operator', path, async (visit, context) => {
    const form = await readForm(context.req.raw)
    const campaign = await visit.client.getCampaign({
      campaign_id: Number(context.req.param('id')),
    })
    const { campaign_id } = campaign
    const body = changesOf(form, campaign)
    if (Object.keys(body).length === 0) return goTo(context, `/campaigns/${campaign_id}`)
    try {
      await visit.client.editCampaign({
        ...{ campaign_id, 'If-Match': `"${form.text('version')}"`, body },
      })
      return goTo(context, `/campaigns/${campaign_id}?done=campaign-edited`)
    } catch (error) {
      const values = Object.fromEntries(SETTING_NAMES.map((name) => [name, form.text(name)]))
      const problem = formProblem(error, LABELS)
      // Who sends it once more has seen that somebody else was here.
      return show(visit, { campaign, version: campaign.version, values, problem })
    }
  })
}

interface Shown {
  readonly campaign: Campaign
  readonly version: number
  readonly values: Values
  readonly problem?: FormProblem
}

async function show(visit: Visit, { campaign, version, values, problem }: Shown): Promise<Page> {
  const [{ schedules }, { pacing_profiles: pacingProfiles }] = await Promise.all([
    visit.client.listSchedules({ limit: MOST_PROFILES }),
    visit.client.listPacingProfiles({ limit: MOST_PROFILES }),
  ])
  const fields = { values, schedules, pacingProfiles, isNew: false, ...(problem && { problem }) }
  const path = `/campaigns/${campaign.campaign_id}`
  return {
    title: `Edit ${campaign.campaign_name}`,
    ...(problem === undefined ? {} : { status: problem.status }),
    body: html`<h1>Edit ${shownText(campaign.campaign_name)}</h1>
      ${problemSummary(problem)}
      <form method="post" action="${path}/edit">
        <input type="hidden" name="version" value="${version}">
        ${campaignSettings(visit, fields)}
        <div class="actions">
          <button class="main">Change the campaign</button>
          <a class="button" href="${path}">Leave it as it is</a>
        </div>
      </form>`,
  }
}

/** A campaign's settings as the form holds them. */
function valuesOf(campaign: Campaign): Values {
  const own = campaign as unknown as Readonly<Record<string, unknown>>
  const { calling_window, holidays, retry_policy, expires_at, start_method } = campaign
  return {
    ...Object.fromEntries(
      SETTING_NAMES.flatMap((name) => {
        const value = own[name]
        return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : []
      }),
    ),
    start_method: start_method === 'get' ? 'get' : '',
    calling_window: linesOf(calling_window, ' ', '; '),
    holidays: linesOf(holidays, ': ', '\n', ', '),
    retry_policy: retry_policy === undefined ? '' : JSON.stringify(retry_policy, null, 2),
    expiration_time: expires_at ?? '',
  }
}

function linesOf(
  lists: Readonly<Record<string, readonly string[]>> | undefined,
  ...[after, between, within = ' ']: readonly [string, string, string?]
): string {
  const lines = Object.entries(lists ?? {}).map(([name, list]) => name + after + list.join(within))
  return lines.join(between)
}

/** What the form holds otherwise than the campaign does; an emptied field takes the value away. */
function changesOf(form: Form, campaign: Campaign): Edit {
  const before = valuesOf(campaign)
  const changed = SETTING_NAMES.filter((name) => {
    return (
      !FIXED.includes(name) && form.has(name) && form.text(name).trim() !== (before[name] ?? '')
    )
  })
  const given = settingsOf(
    Object.fromEntries(changed.map((name) => [name, form.text(name).trim()])),
  )
  return Object.fromEntries(changed.map((name) => [name, given[name] ?? null])) as Edit
}
