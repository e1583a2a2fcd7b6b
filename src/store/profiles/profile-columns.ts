import type { CampaignSettings } from '../campaigns/campaign-columns.ts'

/** Also the name of the campaigns' column that refers to it. */
export type ProfileKind = 'schedule' | 'pacing_profile'

export interface ProfileKey {
  readonly accountId: number
  readonly kind: ProfileKind
  /** Unique in the account, among those of its kind. */
  readonly name: string
}

/** Settings that campaigns of an account may share. */
export interface Profile {
  readonly name: string
  readonly settings: ProfileSettings
  /** Grows with every edit. */
  readonly version: number
  readonly createdAt: Date
}

export type ProfileSettings = Partial<
  Pick<CampaignSettings, 'callingWindow' | 'holidays' | 'lines' | 'callsPerSecond' | 'weight'>
>

/** A row as a `Profile`. */
export const PROFILE_COLUMNS = 'name, settings, version, created_at AS "createdAt"'

export const PROFILE_TABLES: Readonly<Record<ProfileKind, string>> = {
  schedule: 'schedules',
  pacing_profile: 'pacing_profiles',
}
