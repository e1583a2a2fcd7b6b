import { OutdialError } from '#base'
import type { ProfileKind, ProfileSettings } from '#store'
import { CAMPAIGN_EDIT, type CampaignChanges, hoursAndPace } from './campaign-edit.ts'
import { readEdit } from './read-edit.ts'

/** In the words of the interface. Null takes a value away. */
export const SCHEDULE_EDIT = CAMPAIGN_EDIT.pick({ calling_window: true, holidays: true })
export const PACING_PROFILE_EDIT = CAMPAIGN_EDIT.pick({
  lines: true,
  calls_per_second: true,
  weight: true,
})

interface KindOfProfile {
  /** For people. */
  readonly title: string
  readonly read: (fields: unknown) => ReturnType<typeof hoursAndPace>
  /** What a campaign calls the one that it refers to. */
  readonly property: 'schedule' | 'pacingProfile'
  /** What it says of a campaign, with its field in the interface. */
  readonly settings: readonly (readonly [property: keyof ProfileSettings, field: string])[]
}

/** What of a campaign's settings may be shared. */
export const PROFILE_KINDS: Readonly<Record<ProfileKind, KindOfProfile>> = {
  schedule: {
    title: 'schedule',
    read: (fields) => hoursAndPace(readEdit(SCHEDULE_EDIT, fields, 'profile-invalid')),
    property: 'schedule',
    settings: [
      ['callingWindow', 'calling_window'],
      ['holidays', 'holidays'],
    ],
  },
  pacing_profile: {
    title: 'pacing profile',
    read: (fields) => hoursAndPace(readEdit(PACING_PROFILE_EDIT, fields, 'profile-invalid')),
    property: 'pacingProfile',
    settings: [
      ['lines', 'lines'],
      ['callsPerSecond', 'calls_per_second'],
      ['weight', 'weight'],
    ],
  },
}

/**
 * What a profile says once it has been edited; before its first edit it says nothing.
 *
 * @throws OutdialError `profile-invalid`, `rule-invalid`, with the field
 */
export function editedProfile(
  kind: ProfileKind,
  settings: ProfileSettings,
  fields: unknown,
): ProfileSettings {
  const given = Object.entries(PROFILE_KINDS[kind].read(fields)).filter(
    ([, value]) => value !== undefined,
  )
  const merged = Object.entries({ ...settings, ...Object.fromEntries(given) })
  const left = merged.filter(([, value]) => value !== null)
  if (given.length > 0 && left.length > 0) return Object.fromEntries(left)
  const names = PROFILE_KINDS[kind].settings.map(([, field]) => field).join(', ')
  const fault = given.length > 0 ? 'would say nothing' : 'is given nothing'
  throw new OutdialError(
    'profile-invalid',
    `The ${PROFILE_KINDS[kind].title} ${fault}; send at least one of ${names}.`,
  )
}

/** As changes of a campaign: what the profile does not say, the campaign shall not have either. */
export function profileChanges(kind: ProfileKind, settings: ProfileSettings): CampaignChanges {
  const names = PROFILE_KINDS[kind].settings.map(([property]) => property)
  return Object.fromEntries(names.map((name) => [name, settings[name] ?? null]))
}
