import type { CampaignDescription } from '#app'

/** One line on a campaign, for people. */
export function describeCampaignLine(campaign: Omit<CampaignDescription, 'progress'>): string {
  const { campaignId, name, state, draining } = campaign
  return `${campaignId}  ${state}${draining ? ', draining' : ''}  ${name}`
}

/** How far it has come. */
export function describeCampaignProgress({ progress }: CampaignDescription): string {
  const { accepted, queued, inProgress, ended } = progress
  const outcomes = Object.entries(ended).map(([outcome, calls]) => `${calls} ${outcome}`)
  const over = outcomes.length === 0 ? 'none ended' : `ended: ${outcomes.join(', ')}`
  return `${accepted} calls: ${queued} queued, ${inProgress} in progress, ${over}`
}
