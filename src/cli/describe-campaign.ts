import type { Campaign } from '#client'

/** One line on a campaign, for people. */
export function describeCampaignLine(campaign: Campaign): string {
  const { campaign_id: id, campaign_name: name, state, draining } = campaign
  return `${id}  ${state}${draining ? ', draining' : ''}  ${name}`
}

/** How far it has come. */
export function describeCampaignProgress({ progress }: Campaign): string {
  const { accepted, queued, in_progress: inProgress, ended } = progress
  const outcomes = Object.entries(ended).map(([outcome, calls]) => `${calls} ${outcome}`)
  const over = outcomes.length === 0 ? 'none ended' : `ended: ${outcomes.join(', ')}`
  return `${accepted} calls: ${queued} queued, ${inProgress} in progress, ${over}`
}
