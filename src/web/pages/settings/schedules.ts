import type { Schedule } from '#client'
import type { Site } from '../../site.ts'
import { profilePages } from './profiles.ts'
import { holidaysSetting, windowSetting } from './setting.ts'

const WINDOW = windowSetting({
  ...{ name: 'calling_window', label: 'Calling hours', unset: 'at any hour' },
  hint: 'On the callee’s clock, such as 09:00-12:00 13:00-20:00; an empty day is closed, all empty: at any hour',
})
const HOLIDAYS = holidaysSetting({
  ...{ name: 'holidays', label: 'Holidays', unset: 'none' },
  hint: 'A line for each country, time zone, or * for all, such as US: 07-04 2026-11-26',
})

export function schedulePages(site: Site): void {
  profilePages<Schedule>(site, {
    path: '/settings/schedules',
    title: 'Schedules',
    noun: 'schedule',
    about:
      'Hours and holidays under a name. A campaign that names a schedule has its hours; the account’s count besides.',
    groups: [
      { title: 'The week', settings: [WINDOW] },
      { title: 'Days without calls', settings: [HOLIDAYS] },
    ],
    columns: () => [
      { name: 'Hours', cell: (one) => WINDOW.shown(one.calling_window) },
      { name: 'Holidays', cell: (one) => HOLIDAYS.shown(one.holidays) },
    ],
    list: async ({ client }, page) => {
      const { schedules, next_cursor } = await client.listSchedules(page)
      return { rows: schedules, next_cursor }
    },
    get: ({ client }, schedule) => client.getSchedule({ schedule }),
    create: ({ client }, { key, body }) => client.createSchedule({ 'Idempotency-Key': key, body }),
    edit: ({ client }, schedule, version, body) =>
      client.editSchedule({ schedule, 'If-Match': `"${version}"`, body }),
    remove: ({ client }, schedule) => client.removeSchedule({ schedule }),
  })
}
