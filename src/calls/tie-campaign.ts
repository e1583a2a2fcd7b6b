import { OutdialError } from '#base'
import { findProfile, type ProfileKind, type Queryable } from '#store'
import type { CampaignChanges } from './campaign-edit.ts'
import { PROFILE_KINDS, profileChanges } from './profile-fields.ts'

/**
 * A campaign's changes with what follows from its profiles: of one that it shall refer to from now on, all that
 * this says; where it gets a value of its own, that it refers to none any more. Call it before the campaign is
 * locked: an edit of a profile locks that, then its campaigns.
 *
 * @throws OutdialError `campaign-edit-invalid`, with the field
 */
export async function tieCampaign(
  tx: Queryable,
  accountId: number,
  changes: CampaignChanges,
): Promise<CampaignChanges> {
  const withSchedule = await tie(tx, { accountId, kind: 'schedule' }, changes)
  return tie(tx, { accountId, kind: 'pacing_profile' }, withSchedule)
}

async function tie(
  tx: Queryable,
  { accountId, kind }: { readonly accountId: number; readonly kind: ProfileKind },
  changes: CampaignChanges,
): Promise<CampaignChanges> {
  const { title, property, settings } = PROFILE_KINDS[kind]
  const [own] = settings.filter(([setting]) => changes[setting] !== undefined)
  const name = changes[property]
  if (name === undefined) return own === undefined ? changes : { ...changes, [property]: null }
  if (name === null) return changes
  if (own !== undefined) {
    const [, field] = own
    const sentence = `${field} is what the ${title} says; send either ${field} or ${kind}.`
    throw new OutdialError('campaign-edit-invalid', sentence, { field })
  }
  const profile = await findProfile(tx, { accountId, kind, name }, { lock: 'share' })
  if (profile !== undefined) return { ...changes, ...profileChanges(kind, profile.settings) }
  throw new OutdialError(
    'campaign-edit-invalid',
    `${kind} is no ${title} of the account; make it, or send the name of another.`,
    { field: kind },
  )
}
