import {
  type CallsContext,
  campaignView,
  changeCampaign,
  describeCampaign,
  editCampaign,
  findAccount,
  listCampaigns,
  progressView,
} from '#app'
import type { Campaign, ListedCampaign } from '#client'
import { auditCommand } from '../audit-command.ts'
import type { Campaigns } from './campaigns.ts'

/** Whether or not a server runs; nodes learn of a change at once. */
export function storeCampaigns(calls: CallsContext): Campaigns {
  const describe = async (campaignId: number): Promise<Campaign> => {
    const campaign = await describeCampaign(calls, { campaignId })
    const view = { ...campaignView(campaign), progress: progressView(campaign.progress) }
    return asTold<Campaign>(view)
  }
  return {
    describe,
    async list({ account: login, limit, before: beforeId }) {
      const account = login === undefined ? undefined : await findAccount(calls, login)
      const found = await listCampaigns(calls, { accountId: account?.accountId, limit, beforeId })
      return found.map((campaign) =>
        asTold<ListedCampaign>({
          ...campaignView(campaign),
          progress: progressView(campaign.progress),
        }),
      )
    },
    async change(campaignId, request) {
      const { accountId } = await changeCampaign(calls, { campaignId }, request)
      const action = `${request}Campaign`
      await auditCommand(calls, { accountId, action, subject: `campaign ${campaignId}` })
      return describe(campaignId)
    },
    async edit(campaignId, version, fields) {
      const { accountId } = await editCampaign(calls, { campaignId, version, fields })
      const detail = { fields: Object.keys(fields).join(', ') }
      const entry = { action: 'editCampaign', subject: `campaign ${campaignId}`, detail }
      await auditCommand(calls, { accountId, ...entry })
      return describe(campaignId)
    },
  }
}

/** Just as the JSON interface would tell it. */
function asTold<View>(view: object): View {
  return JSON.parse(JSON.stringify(view))
}
