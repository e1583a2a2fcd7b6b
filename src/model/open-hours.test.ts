import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CallingWindow, readCallingWindow, WEEKDAYS } from './calling-window.ts'
import { type Holidays, isHoliday } from './holidays.ts'
import { OpenHours } from './open-hours.ts'

const at = (text: string): Date => new Date(text)
const place = (...timeZones: string[]): { country: string; timeZones: string[] } => ({
  country: 'US',
  timeZones,
})
const hours = (text: string, holidays?: Holidays): OpenHours =>
  new OpenHours({
    windows: [readCallingWindow(text)],
    ...(holidays === undefined ? {} : { holidays }),
  })

const NEW_YORK = place('America/New_York')
/** The rows: window, place, from (UTC), the next opening (UTC). */
const OPENINGS: readonly (readonly [
  string,
  string,
  string,
  string[],
  string,
  string | undefined,
])[] = [
  [
    'an open moment is its own opening',
    'mon-fri 09:00-17:00',
    '',
    ['America/New_York'],
    '2026-11-24T15:00:00.250Z',
    '2026-11-24T15:00:00.250Z',
  ],
  [
    'before the hours, they open the same day',
    'mon-fri 09:00-17:00',
    '',
    ['America/New_York'],
    '2026-11-24T13:00:00Z',
    '2026-11-24T14:00:00Z',
  ],
  [
    'the end is not included',
    'mon-fri 09:00-17:00',
    '',
    ['America/New_York'],
    '2026-11-24T22:00:00Z',
    '2026-11-25T14:00:00Z',
  ],
  [
    'the week-end is passed over',
    'mon-fri 09:00-17:00',
    '',
    ['America/New_York'],
    '2026-11-27T22:00:00Z',
    '2026-11-30T14:00:00Z',
  ],
  [
    '24:00 joins the next day’s 00:00',
    'mon-sun 00:00-24:00',
    '',
    ['America/New_York'],
    '2026-11-25T05:00:00Z',
    '2026-11-25T05:00:00Z',
  ],
  [
    'two zones: open in both',
    'mon-fri 09:00-17:00',
    '',
    ['America/New_York', 'America/Los_Angeles'],
    '2026-11-24T14:00:00Z',
    '2026-11-24T17:00:00Z',
  ],
  [
    'two zones whose hours never meet',
    'mon-fri 09:00-10:00',
    '',
    ['America/New_York', 'Asia/Tokyo'],
    '2026-11-24T14:00:00Z',
    undefined,
  ],
  [
    'a gap: hours that the clock skips begin where it goes on',
    'sun 02:30-04:00',
    '',
    ['America/New_York'],
    '2027-03-14T00:00:00Z',
    '2027-03-14T07:00:00Z',
  ],
  [
    'a gap: hours that are skipped whole do not exist',
    'sun 02:10-02:50',
    '',
    ['America/New_York'],
    '2027-03-14T00:00:00Z',
    '2027-03-21T06:10:00Z',
  ],
  [
    'a fold: hours that come twice are open twice',
    'sun 01:10-01:50',
    '',
    ['America/New_York'],
    '2026-11-01T05:50:00Z',
    '2026-11-01T06:10:00Z',
  ],
  [
    'a fold: the clock goes back into open hours',
    'sun 00:00-01:30',
    '',
    ['America/New_York'],
    '2026-11-01T05:40:00Z',
    '2026-11-01T06:00:00Z',
  ],
  [
    'a holiday of the country',
    'mon-fri 09:00-17:00',
    'US 2026-11-26',
    ['America/New_York'],
    '2026-11-26T15:00:00Z',
    '2026-11-27T14:00:00Z',
  ],
  [
    'a holiday of every year',
    'mon-sun 00:00-24:00',
    '* 12-25',
    ['America/New_York'],
    '2029-12-25T12:00:00Z',
    '2029-12-26T05:00:00Z',
  ],
  [
    'a holiday of another country does not count',
    'mon-fri 09:00-17:00',
    'DE 2026-11-26',
    ['America/New_York'],
    '2026-11-26T15:00:00Z',
    '2026-11-26T15:00:00Z',
  ],
  [
    'a holiday of one of two zones',
    'mon-sun 00:00-24:00',
    'Asia/Tokyo 2026-11-26',
    ['America/New_York', 'Asia/Tokyo'],
    '2026-11-25T16:00:00Z',
    '2026-11-26T15:00:00Z',
  ],
]

for (const [name, window, holiday, zones, from, opening] of OPENINGS) {
  test(name, () => {
    const [where, date] = holiday.split(' ')
    const holidays = date === undefined ? undefined : { [where ?? '']: [date] }
    const next = hours(window, holidays).nextOpening(place(...zones), at(from))
    assert.equal(next?.toISOString(), opening === undefined ? undefined : at(opening).toISOString())
  })
}

test('without window and holidays it is always open; with holidays alone, but for these', () => {
  const always = new OpenHours({ windows: [] })
  assert.ok(always.isOpen(NEW_YORK, at('2026-12-25T12:00:00Z')))
  const holidays = new OpenHours({ windows: [], holidays: { US: ['2026-12-25'] } })
  assert.ok(!holidays.isOpen(NEW_YORK, at('2026-12-25T12:00:00Z')))
  assert.ok(holidays.isOpen(NEW_YORK, at('2026-12-26T12:00:00Z')))
})

test('a verdict says what the callee’s clock shows, and when it opens', () => {
  const verdict = hours('mon-fri 09:00-17:00').verdict(NEW_YORK, at('2026-11-24T03:05:00Z'))
  assert.deepEqual(verdict, {
    rule: 'calling-window',
    allows: false,
    notBefore: at('2026-11-24T14:00:00Z'),
    detail: 'closed: mon 2026-11-23 22:05 in America/New_York is outside the calling window',
  })
  const holiday = hours('mon-sun 00:00-24:00', { '*': ['2026-11-24'] })
  const day = holiday.verdict(NEW_YORK, at('2026-11-24T15:00:00Z'))
  assert.match(day.detail, /tue 2026-11-24 10:00 in America\/New_York is a holiday/)
  const never = hours('mon 09:00-10:00').verdict(
    place('America/New_York', 'Asia/Tokyo'),
    at('2026-11-24T15:00:00Z'),
  )
  assert.deepEqual([never.allows, never.notBefore], [false, undefined])
})

const ZONES = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Auckland',
  'America/Santiago',
  'Asia/Tokyo',
]
const anyWindow: fc.Arbitrary<CallingWindow> = fc
  .dictionary(
    fc.constantFrom(...WEEKDAYS),
    fc.array(fc.tuple(fc.nat(95), fc.integer({ min: 1, max: 48 })), { minLength: 1, maxLength: 2 }),
    { minKeys: 1 },
  )
  .map((days) =>
    readCallingWindow(
      Object.fromEntries(
        Object.entries(days).map(([day, ranges]) => [
          day,
          ranges.map(
            ([from, length]) => `${quarter(from)}-${quarter(Math.min(96, from + length))}`,
          ),
        ]),
      ),
    ),
  )
const anyRules = fc.record({
  windows: fc.array(anyWindow, { minLength: 1, maxLength: 2 }),
  holidays: fc.constantFrom<Holidays>({}, { '*': ['03-14'] }, { US: ['11-01', '2026-03-29'] }),
})
const anyPlace = fc
  .uniqueArray(fc.constantFrom(...ZONES), { minLength: 1, maxLength: 3 })
  .map((zones) => place(...zones))
/** Around the clock changes of both hemispheres, and at large. */
const anyMoment = fc
  .tuple(
    fc.constantFrom(
      '2026-03-08',
      '2026-03-29',
      '2026-04-05',
      '2026-10-04',
      '2026-10-25',
      '2026-11-01',
    ),
    fc.integer({ min: -1440, max: 2880 }),
  )
  .map(([date, minutes]) => new Date(at(`${date}T00:00:00Z`).getTime() + minutes * 60_000))

function quarter(count: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${pad(Math.floor(count / 4))}:${pad((count % 4) * 15)}`
}

/** The definition, word by word: what each wall clock shows. */
function isOpenByTheClocks(
  rules: { windows: readonly CallingWindow[]; holidays: Holidays },
  { country, timeZones }: { country: string; timeZones: readonly string[] },
  moment: Date,
): boolean {
  return timeZones.every((timeZone) => {
    const local = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(
      timeZone,
    )
    const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
    const day = WEEKDAYS[local.dayOfWeek - 1] ?? 'mon'
    if (isHoliday(rules.holidays, local.toPlainDate().toString(), { country, timeZone }))
      return false
    return rules.windows.every((window) =>
      (window[day] ?? []).some((range) => {
        const [from = '', to = ''] = range.split('-')
        return from <= time && time < to
      }),
    )
  })
}

test('it is open when, and only when, every callee’s wall clock says so', () => {
  fc.assert(
    fc.property(anyRules, anyPlace, anyMoment, (rules, where, moment) => {
      const open = new OpenHours(rules).isOpen(where, moment)
      assert.equal(open, isOpenByTheClocks(rules, where, moment))
    }),
    { numRuns: 400 },
  )
})

test('the next opening is open, and no minute before it is', () => {
  fc.assert(
    fc.property(anyRules, anyPlace, anyMoment, (rules, where, from) => {
      const opening = new OpenHours(rules).nextOpening(where, from)
      if (opening !== undefined) assert.ok(isOpenByTheClocks(rules, where, opening))
      const end = Math.min(opening?.getTime() ?? Infinity, from.getTime() + 2 * 86_400_000)
      for (let moment = from.getTime(); moment < end; moment += 15 * 60_000) {
        assert.ok(!isOpenByTheClocks(rules, where, new Date(moment)))
      }
    }),
    { numRuns: 40 },
  )
})
