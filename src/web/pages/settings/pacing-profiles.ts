import type { PacingProfile } from '#client'
import type { Site } from '../../site.ts'
import { profilePages } from './profiles.ts'
import { numberSetting } from './setting.ts'

const LINES = numberSetting({
  ...{ name: 'lines', label: 'Lines', min: 1, max: 1_000_000, unset: 'as many as the account has' },
  hint: 'Calls at the same time',
})
const RATE = numberSetting({
  ...{ name: 'calls_per_second', label: 'Calls per second', min: 0, step: 'any' },
  unset: 'as many as the account makes',
})
const WEIGHT = numberSetting({
  ...{ name: 'weight', label: 'Weight', min: 0, step: 'any', unset: '1' },
  hint: 'Its share where campaigns compete for lines: one of 2 gets twice as many as one of 1',
})

export function pacingProfilePages(site: Site): void {
  profilePages<PacingProfile>(site, {
    path: '/settings/pacing-profiles',
    title: 'Pacing profiles',
    noun: 'pacing profile',
    about:
      'How fast a campaign dials, under a name. Each campaign that names a profile has so much of its own.',
    groups: [{ title: 'How fast', settings: [LINES, RATE, WEIGHT] }],
    columns: () => [
      { name: 'Lines', cell: (one) => LINES.shown(one.lines) },
      { name: 'Calls per second', cell: (one) => RATE.shown(one.calls_per_second) },
      { name: 'Weight', cell: (one) => WEIGHT.shown(one.weight) },
    ],
    list: async ({ client }, page) => {
      const { pacing_profiles: rows, next_cursor } = await client.listPacingProfiles(page)
      return { rows, next_cursor }
    },
    get: ({ client }, name) => client.getPacingProfile({ pacing_profile: name }),
    create: ({ client }, { key, body }) =>
      client.createPacingProfile({ 'Idempotency-Key': key, body }),
    edit: ({ client }, name, version, body) =>
      client.editPacingProfile({ pacing_profile: name, 'If-Match': `"${version}"`, body }),
    remove: ({ client }, name) => client.removePacingProfile({ pacing_profile: name }),
  })
}
