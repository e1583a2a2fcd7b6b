import { OutdialError } from '#base'
import {
  answerIdempotencyKey,
  type Campaign,
  deleteProfile,
  findCampaignsOfProfile,
  findProfile,
  insertProfile,
  listProfiles,
  lockInstallation,
  type Profile,
  type ProfileKey,
  type ProfileKind,
  type Queryable,
  updateCampaignSettings,
  updateProfile,
} from '#store'
import type { CallsContext } from './context.ts'
import { mergeChanges } from './edit-campaign.ts'
import { profileName } from './edit-fields.ts'
import { editedProfile, PROFILE_KINDS, profileChanges } from './profile-fields.ts'
import { claimKey, type RequestKey } from './request-key.ts'
import { wakePutOffCalls } from './wake-put-off-calls.ts'

const TOLD_CAMPAIGNS = 3

export interface AddProfile extends ProfileKey {
  readonly fields: unknown
  /** The same again, under the same key, makes nothing more. */
  readonly idempotency?: RequestKey | undefined
}

/**
 * Makes a schedule or a pacing profile, for campaigns of the account to refer to.
 *
 * @throws OutdialError `profile-exists`, `profile-invalid`, `rule-invalid`, `idempotency-key-reused`
 */
export async function addProfile(
  { db }: CallsContext,
  { fields, idempotency, ...key }: AddProfile,
): Promise<Profile> {
  const settings = editedProfile(key.kind, {}, fields)
  refuseBadName(key)
  const { accountId, kind } = key
  const keyed = idempotency && { ...idempotency, accountId, method: `add-${kind}` }
  return db.transaction(async (tx) => {
    const before = await claimKey<Profile>(tx, keyed)
    if (before !== undefined) return before
    const made = await insertProfile(tx, key, settings)
    if (made === undefined) throw profileExists(key)
    if (keyed !== undefined) await answerIdempotencyKey(tx, keyed, made)
    return made
  })
}

export interface EditProfile extends ProfileKey {
  /** The version that the editor has seen; absent: whichever there is. */
  readonly version?: number | undefined
  readonly fields: unknown
}

/**
 * Changes a profile, and in the same transaction every campaign that refers to it and may still dial: from the
 * next claim on their calls obey it.
 *
 * @throws OutdialError `profile-not-found`, `profile-version-conflict`, `profile-invalid`, `rule-invalid`;
 *   temporary `store-…`
 */
export async function editProfile(
  context: CallsContext,
  { fields, version, ...key }: EditProfile,
): Promise<Profile> {
  const { edited, campaigns } = await context.db.transaction(async (tx) => {
    const seen = await locked(tx, key)
    refuseOtherVersion(seen, key, version)
    const profile = await updateProfile(tx, key, editedProfile(key.kind, seen.settings, fields))
    const tied = await findCampaignsOfProfile(tx, key)
    const changes = profileChanges(key.kind, profile.settings)
    for (const campaign of tied) {
      await updateCampaignSettings(tx, campaign, mergeChanges(campaign, changes))
    }
    return { edited: profile, campaigns: tied }
  })
  if (key.kind === 'schedule') await wakeCalls(context, campaigns)
  return edited
}

/** @throws OutdialError `profile-not-found` */
export async function findProfileOf({ db }: CallsContext, key: ProfileKey): Promise<Profile> {
  const profile = await findProfile(db, key)
  if (profile === undefined) throw profileNotFound(key.kind)
  return profile
}

/** A page of the account's, in the order of their names, from after `after` on. */
export function profilesOf(
  { db }: CallsContext,
  page: Parameters<typeof listProfiles>[1],
): Promise<Profile[]> {
  return listProfiles(db, page)
}

/**
 * Campaigns that have ended keep what it said of them; one that may still dial is in the way.
 *
 * @throws OutdialError `profile-not-found`, `profile-in-use`
 */
export function removeProfile({ db }: CallsContext, key: ProfileKey): Promise<void> {
  return db.transaction(async (tx) => {
    await locked(tx, key)
    const campaigns = await findCampaignsOfProfile(tx, key)
    if (campaigns.length > 0) throw profileInUse(key, campaigns)
    await deleteProfile(tx, key)
  })
}

export function profileNotFound(kind: ProfileKind): OutdialError {
  const title = titleOf({ kind })
  return new OutdialError('profile-not-found', `There is no ${title} of this name; check it.`)
}

function profileExists(key: ProfileKey): OutdialError {
  return new OutdialError(
    'profile-exists',
    `There is a ${titleOf(key)} of this name; choose another, or edit that one.`,
    { field: 'name' },
  )
}

/** Whoever claims calls holds the installation, and begins several campaigns: neither waits for the other half-way. */
async function locked(tx: Queryable, key: ProfileKey): Promise<Profile> {
  await lockInstallation(tx)
  const profile = await findProfile(tx, key, { lock: 'update' })
  if (profile === undefined) throw profileNotFound(key.kind)
  return profile
}

async function wakeCalls(context: CallsContext, campaigns: readonly Campaign[]): Promise<void> {
  for (const { accountId, campaignId } of campaigns) {
    await wakePutOffCalls(context, { accountId, campaignId })
  }
}

function refuseOtherVersion(
  { version: present }: Profile,
  key: ProfileKey,
  version: number | undefined,
): void {
  if (version === undefined || version === present) return
  throw new OutdialError(
    'profile-version-conflict',
    `The ${titleOf(key)} was edited meanwhile: its version is ${present} and not ${version}. ` +
      'Look at it again, and send the edit with the version that you see then.',
    { field: 'version' },
  )
}

function profileInUse(key: ProfileKey, campaigns: readonly Campaign[]): OutdialError {
  const names = campaigns.slice(0, TOLD_CAMPAIGNS).map(({ name }) => `“${name}”`)
  const more = campaigns.length > names.length ? ' and others' : ''
  return new OutdialError(
    'profile-in-use',
    `Campaigns refer to the ${titleOf(key)}: ${names.join(', ')}${more}. ` +
      `Give them another, or none (${key.kind}: null), and remove it then.`,
  )
}

function refuseBadName({ name }: ProfileKey): void {
  const fault = profileName.safeParse(name).error?.issues[0]?.message
  if (fault === undefined) return
  throw new OutdialError('profile-invalid', `name ${fault}.`, { field: 'name' })
}

function titleOf({ kind }: Pick<ProfileKey, 'kind'>): string {
  return PROFILE_KINDS[kind].title
}
