import type { Campaign } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import { actionButton, confirmButton } from '../../parts/confirm.ts'
import { seesNumbers } from '../../shown-number.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'

/** By the last word of the form's address: what is asked for, and what the page says then. */
const REQUESTS = {
  pause: ['pauseCampaign', 'campaign-paused'],
  resume: ['resumeCampaign', 'campaign-resumed'],
  drain: ['drainCampaign', 'campaign-drains'],
  cancel: ['cancelCampaign', 'campaign-canceled'],
  'cancel-pending': ['cancelPendingOfCampaign', 'campaign-pending-canceled'],
} as const

export function campaignRequests(site: Site): void {
  for (const [word, [operation, notice]] of Object.entries(REQUESTS)) {
    site.post(`/campaigns/:id{[0-9]+}/${word}`, async (visit, context) => {
      const campaign_id = Number(context.req.param('id'))
      await visit.client[operation]({ campaign_id })
      return goTo(context, `/campaigns/${campaign_id}?done=${notice}`)
    })
  }
}

/** What can be done with a campaign as it stands. */
export function campaignActions(visit: Visit, campaign: Campaign): Html {
  const path = `/campaigns/${campaign.campaign_id}`
  const exports = seesNumbers(visit)
    ? html`<a class="button" href="/calls/export?format=csv&amp;campaign_id=${campaign.campaign_id}" download>Export as CSV</a>`
    : NOTHING
  if (!roleAllows(visit.role, 'operator') || campaign.ended_at !== undefined) return exports
  return html`
    ${campaign.state === 'paused' ? actionButton(`${path}/resume`, 'Resume') : actionButton(`${path}/pause`, 'Pause')}
    <a class="button" href="${path}/edit">Edit</a>
    <a class="button" href="${path}/add">Add calls</a>
    ${exports}
    ${campaign.is_default ? NOTHING : drainButton(path)}
    ${confirmButton({
      ...{
        id: 'cancel-pending',
        label: 'Cancel what waits',
        action: `${path}/cancel-pending`,
        isGrave: true,
      },
      question: 'Cancel all calls that wait or ring?',
      consequence:
        'They end as canceled, and their results are posted. The campaign itself goes on and takes further calls.',
    })}
    ${campaign.is_default ? NOTHING : cancelButton(path)}`
}

function drainButton(path: string): Html {
  return confirmButton({
    ...{ id: 'drain', label: 'Drain', action: `${path}/drain`, isGrave: true },
    question: 'Let this campaign run out?',
    consequence:
      'Calls that were never dialled are canceled. Those that were have the rest of their retries. Then the campaign is completed.',
  })
}

function cancelButton(path: string): Html {
  return confirmButton({
    ...{ id: 'cancel', label: 'Cancel the campaign', action: `${path}/cancel`, isGrave: true },
    question: 'End this campaign for good?',
    consequence:
      'Nothing more of it is dialled; what rings stops ringing; who is on the line stays. It cannot be taken up again.',
  })
}
