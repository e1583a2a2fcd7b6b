import { z } from 'zod'
import { readRule, ruleError } from './rule-error.ts'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export type Weekday = (typeof WEEKDAYS)[number]

/**
 * When people may be called, by their own clock: for each weekday its hours, `09:00-17:30`, in order and
 * apart. A weekday that is not named is closed. The end is not included; `24:00` is midnight.
 */
export type CallingWindow = Readonly<Partial<Record<Weekday, readonly string[]>>>

/** Minutes after midnight, end not included. */
export interface MinuteRange {
  readonly from: number
  readonly to: number
}

/**
 * Reads a window as text (`mon-fri 09:00-12:00 13:00-20:00; sat 10:00-14:00`) or as the object that is
 * kept. Hours that touch or overlap become one.
 *
 * @throws OutdialError `rule-invalid`, field `field`
 */
export function readCallingWindow(value: unknown, field = 'calling_window'): CallingWindow {
  const days =
    typeof value === 'string' ? readText(value, field) : readRule(WINDOW_SHAPE, value, field)
  const window = Object.fromEntries(
    WEEKDAYS.flatMap((day) => {
      const ranges = (days[day] ?? []).map((hours) => readHours(hours, `${field}.${day}`, field))
      return ranges.length === 0 ? [] : [[day, merge(ranges).map(formatRange)]]
    }),
  )
  if (Object.keys(window).length > 0) return window
  throw ruleError(field, `${field} is never open; give it a weekday with hours, or leave it out.`)
}

/** The text form; weekdays in a row that have the same hours together. */
export function formatCallingWindow(window: CallingWindow): string {
  const parts: { first: Weekday; last: Weekday; hours: string }[] = []
  for (const [index, day] of WEEKDAYS.entries()) {
    const hours = (window[day] ?? []).join(' ')
    if (hours === '') continue
    const previous = parts.at(-1)
    if (previous?.hours === hours && previous.last === WEEKDAYS[index - 1]) previous.last = day
    else parts.push({ first: day, last: day, hours })
  }
  return parts
    .map(({ first, last, hours }) => `${first === last ? first : `${first}-${last}`} ${hours}`)
    .join('; ')
}

/** The hours of one weekday; none: closed. */
export function windowRanges(window: CallingWindow, day: Weekday): MinuteRange[] {
  return (window[day] ?? []).map((hours) => readHours(hours, day, day))
}

const WINDOW_SHAPE = z.partialRecord(
  z.enum(WEEKDAYS),
  z.array(
    z.string('write hours as text, for example 09:00-17:30'),
    'write a list of hours, for example ["09:00-17:30"]',
  ),
  `write weekdays (${WEEKDAYS.join(', ')}) with their hours, for example {"mon": ["09:00-17:30"]}`,
)

type Days = Partial<Record<Weekday, string[]>>

function readText(text: string, field: string): Days {
  const days: Days = {}
  const parts = text
    .toLowerCase()
    .split(/[;,]/)
    .map((part) => part.trim())
  for (const part of parts.filter((one) => one !== '')) {
    const [names = '', ...hours] = part.replaceAll(/\s*-\s*/g, '-').split(/\s+/)
    if (hours.length === 0) {
      throw ruleError(
        field,
        `${field}: “${part}” has no hours; write for example mon-fri 09:00-17:30.`,
      )
    }
    for (const day of readWeekdays(names, field)) days[day] = [...(days[day] ?? []), ...hours]
  }
  return days
}

/** `mon`, or a row of days that may go past the end of the week. */
function readWeekdays(names: string, field: string): Weekday[] {
  const [first, last = first, ...more] = names.split('-')
  const known: readonly (string | undefined)[] = WEEKDAYS
  const from = known.indexOf(first)
  const to = known.indexOf(last)
  if (from < 0 || to < 0 || more.length > 0) {
    const all = WEEKDAYS.join(', ')
    throw ruleError(field, `${field}: “${names}” is no weekday or row of them; they are ${all}.`)
  }
  const count = ((to - from + 7) % 7) + 1
  return Array.from({ length: count }, (_, index) => WEEKDAYS[(from + index) % 7] ?? 'mon')
}

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/

function readHours(hours: string, place: string, field: string): MinuteRange {
  const [, fromHour, fromMinute, toHour, toMinute] = HOURS.exec(hours) ?? []
  const from = Number(fromHour) * 60 + Number(fromMinute)
  const to = Number(toHour) * 60 + Number(toMinute)
  if (Number.isNaN(to) || to > 24 * 60) {
    throw ruleError(field, `${place}: “${hours}” are no hours; write for example 09:00-17:30.`)
  }
  if (from < to) return { from, to }
  throw ruleError(
    field,
    `${place}: “${hours}” ends before it begins; give each day its own hours, up to 24:00.`,
  )
}

function merge(ranges: readonly MinuteRange[]): MinuteRange[] {
  const merged: MinuteRange[] = []
  for (const range of ranges.toSorted((one, other) => one.from - other.from)) {
    const last = merged.at(-1)
    if (last === undefined || range.from > last.to) merged.push(range)
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
  }
  return merged
}

function formatRange({ from, to }: MinuteRange): string {
  return `${formatMinutes(from)}-${formatMinutes(to)}`
}

function formatMinutes(minutes: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
}
