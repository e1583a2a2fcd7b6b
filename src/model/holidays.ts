import { z } from 'zod'
import { isKnownCountry } from './phone-number.ts'
import { readRule, ruleError } from './rule-error.ts'
import { isTimeZone } from './time-zone.ts'

/**
 * Days on which nobody is called, by the callee's calendar: lists of dates, `2026-12-25` or for every
 * year `12-25`, under the country (`US`) or the time zone (`America/New_York`) that they hold for, or
 * under `*` for everybody.
 */
export type Holidays = Readonly<Record<string, readonly string[]>>

/** @throws OutdialError `rule-invalid`, field `field` */
export function readHolidays(value: unknown, field = 'holidays'): Holidays {
  const holidays = readRule(HOLIDAYS_SHAPE, value, field)
  for (const [place, dates] of Object.entries(holidays)) {
    if (!isPlace(place)) {
      throw ruleError(
        field,
        `${field}: “${place}” is no place; write *, a country like US or a zone like Europe/Berlin.`,
      )
    }
    for (const date of dates) refuseBadDate(date, place, field)
  }
  return Object.fromEntries(
    Object.entries(holidays).map(([place, dates]) => [place, [...new Set(dates)].sort()]),
  )
}

/** Days that are holidays by any of them. */
export function mergeHolidays(all: readonly Holidays[]): Holidays {
  const places = Object.groupBy(all.flatMap(Object.entries<readonly string[]>), ([place]) => place)
  return Object.fromEntries(
    Object.entries(places).map(([place, lists = []]) => [
      place,
      lists.flatMap(([, dates]) => dates),
    ]),
  )
}

/** `date`: the callee's, ISO 8601. */
export function isHoliday(
  holidays: Holidays,
  date: string,
  { country, timeZone }: { country: string; timeZone: string },
): boolean {
  return ['*', country, timeZone].some((place) => {
    const dates = Object.hasOwn(holidays, place) ? holidays[place] : undefined
    return dates?.some((holiday) => holiday === date || holiday === date.slice(5)) ?? false
  })
}

const HOLIDAYS_SHAPE = z.record(
  z.string(),
  z.array(
    z.string('write dates as text, for example 2026-12-25'),
    'write a list of dates, for example ["2026-12-25", "01-01"]',
  ),
  'write places with their dates, for example {"US": ["2026-12-25", "07-04"]}',
)

function isPlace(place: string): boolean {
  if (place === '*' || isKnownCountry(place)) return true
  return place.includes('/') && isTimeZone(place)
}

function refuseBadDate(date: string, place: string, field: string): void {
  if (/^(\d{4}-)?\d{2}-\d{2}$/.test(date)) {
    // A leap year, so that every year's 02-29 is a date.
    const whole = date.length === 5 ? `2028-${date}` : date
    if (isDate(whole)) return
  }
  throw ruleError(
    field,
    `${field}.${place}: “${date}” is no date; write 2026-12-25, or 12-25 for every year.`,
  )
}

function isDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text)
    return true
  } catch {
    return false
  }
}
