import { OutdialError } from '#base'
import {
  type Campaign,
  type CampaignSettings,
  databaseNow,
  findAccount,
  findCampaign,
  type Queryable,
  updateCampaignSettings,
} from '#store'
import { type CampaignChanges, readCampaignEdit } from './campaign-edit.ts'
import { campaignEnded, campaignNotFound } from './change-campaign.ts'
import { checkUrls } from './check-urls.ts'
import type { CallsContext } from './context.ts'
import { tieCampaign } from './tie-campaign.ts'
import { wakePutOffCalls } from './wake-put-off-calls.ts'

export interface EditCampaign {
  /** Absent: of any account. */
  readonly accountId?: number | undefined
  readonly campaignId: number
  /** The version that the editor has seen; absent: whichever there is. */
  readonly version?: number | undefined
  /** As `readCampaignEdit` reads them. */
  readonly fields: unknown
}

/**
 * Changes settings of a campaign, from the next claim on for every call that has no value of its own.
 * Returns the campaign as it is then, with its next version.
 *
 * @throws OutdialError `campaign-not-found`, `campaign-ended`, `campaign-is-default`,
 *   `campaign-version-conflict`, those of `readCampaignEdit` and of the URL check; temporary `store-…`
 */
export async function editCampaign(context: CallsContext, edit: EditCampaign): Promise<Campaign> {
  const { db } = context
  const seen = await editable(db, edit)
  const account = await findAccount(db, seen.accountId)
  if (account === undefined) throw campaignNotFound(edit.campaignId)
  const now = context.now?.() ?? (await databaseNow(db))
  const given = readCampaignEdit(edit.fields, { now, account })
  if (seen.isDefault) refuseForDefault(given)
  await checkUrls(context, given)
  const { edited, changes } = await db.transaction(async (tx) => {
    const changes = await tieCampaign(tx, seen.accountId, given)
    const campaign = await editable(tx, edit, { forUpdate: true })
    await updateCampaignSettings(tx, campaign, mergeChanges(campaign, changes))
    return { edited: (await findCampaign(tx, campaign)) ?? campaign, changes }
  })
  const changesHours = changes.callingWindow !== undefined || changes.holidays !== undefined
  if (changesHours) await wakePutOffCalls(context, edited)
  return edited
}

async function editable(
  db: Queryable,
  { accountId, campaignId, version }: EditCampaign,
  options: { forUpdate?: boolean } = {},
): Promise<Campaign> {
  const campaign = await findCampaign(db, { accountId, campaignId }, options)
  if (campaign === undefined) throw campaignNotFound(campaignId)
  if (campaign.state === 'canceled') throw campaignEnded(campaign)
  if (version === undefined || version === campaign.version) return campaign
  throw new OutdialError(
    'campaign-version-conflict',
    `The campaign was edited meanwhile: its version is ${campaign.version} and not ${version}. ` +
      'Look at it again, and send the edit with the version that you see then.',
    { field: 'version' },
  )
}

/** Single calls have these of their own, or shall have none. */
const NOT_OF_DEFAULT = [
  ['startUrl', 'start_url'],
  ['startMethod', 'start_method'],
  ['resultUrl', 'result_url'],
  ['eventsUrl', 'events_url'],
  ['maxRetries', 'max_retries'],
  ['retryIntervalSeconds', 'retry_interval'],
  ['expiresAt', 'expiration_time'],
] as const

function refuseForDefault(changes: CampaignChanges): void {
  for (const [name, field] of NOT_OF_DEFAULT) {
    if (changes[name] === undefined) continue
    throw new OutdialError(
      'campaign-is-default',
      `${field} is given with each call of the default campaign; it cannot be set for all of them.`,
      { field },
    )
  }
}

export function mergeChanges(campaign: Campaign, changes: CampaignChanges): CampaignSettings {
  const merged = Object.entries({ ...campaign, ...changes }).filter(([, value]) => value !== null)
  return { startMethod: 'post', weight: 1, ...Object.fromEntries(merged) }
}
