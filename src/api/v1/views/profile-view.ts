import { PROFILE_KINDS, type Profile, type ProfileKind } from '#calls'

/** A schedule or a pacing profile in the words of the interface, which are those of an edit. */
export function profileView(kind: ProfileKind, profile: Profile): object {
  const settings = PROFILE_KINDS[kind].settings.map(([property, field]) => {
    return [field, profile.settings[property]]
  })
  return {
    name: profile.name,
    version: profile.version,
    ...Object.fromEntries(settings),
    created_at: profile.createdAt,
  }
}
