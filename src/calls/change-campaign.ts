import { assertNever, OutdialError } from '#base'
import { type CampaignAction, type CampaignInput, campaignTransition } from '#model'
import {
  type Campaign,
  type CampaignKey,
  cancelCallLists,
  findCampaign,
  lockInstallation,
  type Queryable,
  requestCancels,
  takeBackClaims,
  updateCampaignStatus,
} from '#store'
import { type CallsContext, moment } from './context.ts'
import { untilStarted } from './until-started.ts'
import { untilUndialed } from './until-undialed.ts'

/** What somebody may ask of a campaign. */
export type CampaignRequest = Exclude<CampaignInput['kind'], 'begin' | 'complete' | 'add-calls'>

/**
 * Moves a campaign to another state; when this resolves, nothing is dialled that the new state forbids.
 * To ask for what is so already changes nothing. Returns the campaign as it is then.
 *
 * @throws OutdialError `campaign-not-found`, `campaign-ended`, `campaign-is-default`; temporary `store-…`
 */
export async function changeCampaign(
  context: CallsContext,
  key: { readonly accountId?: number | undefined; readonly campaignId: number },
  kind: CampaignRequest,
): Promise<Campaign> {
  const { campaign, canceled } = await context.db.transaction(async (tx) => {
    await lockInstallation(tx)
    const found = await findCampaign(tx, key, { forUpdate: true })
    if (found === undefined) throw campaignNotFound(key.campaignId)
    if (isSo(found, kind)) return { campaign: found, canceled: [] }
    refuseForDefault(found, kind)
    const before = { ...found, begun: found.beganAt !== undefined }
    const next = campaignTransition(before, { kind })
    if (next === undefined) throw campaignEnded(found)
    await updateCampaignStatus(tx, found, { status: next.status, ...moment(context) })
    const asked: number[] = []
    for (const action of next.actions) asked.push(...(await perform(tx, found, action)))
    return { campaign: (await findCampaign(tx, found)) ?? found, canceled: asked }
  })
  await untilUndialed(context, canceled)
  if (kind === 'pause' || kind === 'drain') await untilStarted(context, campaign)
  return campaign
}

export function campaignNotFound(campaignId: number): OutdialError {
  return new OutdialError('campaign-not-found', `There is no campaign ${campaignId}; check its id.`)
}

export function campaignEnded({ name, state }: Campaign): OutdialError {
  const sentence = `Campaign “${name}” is ${state}; it cannot be changed any more.`
  return new OutdialError('campaign-ended', sentence)
}

/** Returns the calls that nodes were asked to end. */
async function perform(
  tx: Queryable,
  campaign: CampaignKey,
  action: CampaignAction,
): Promise<number[]> {
  const { accountId, campaignId } = campaign
  const scope = { accountId, campaignId }
  switch (action) {
    case 'take-back-lines':
      await takeBackClaims(tx, scope)
      return []
    case 'cancel-undialed':
      await takeBackClaims(tx, { ...scope, undialed: true })
      await cancelCallLists(tx, { ...scope, undialed: true })
      return []
    case 'cancel-pending':
      await takeBackClaims(tx, scope)
      await cancelCallLists(tx, scope)
      return requestCancels(tx, scope, 'ringing')
    default:
      return assertNever(action)
  }
}

function isSo({ state, draining }: Campaign, kind: CampaignRequest): boolean {
  switch (kind) {
    case 'pause':
      return state === 'paused'
    case 'resume':
      return state === 'queued' || state === 'running'
    case 'drain':
      return draining && state !== 'canceled'
    case 'cancel':
      return state === 'canceled'
    default:
      return assertNever(kind)
  }
}

function refuseForDefault({ isDefault }: Campaign, kind: CampaignRequest): void {
  if (!isDefault || kind === 'pause' || kind === 'resume') return
  throw new OutdialError(
    'campaign-is-default',
    'The default campaign takes the single calls and does not end; cancel what is pending of it.',
  )
}
