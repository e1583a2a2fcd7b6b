import { type CallingWindow, type MinuteRange, WEEKDAYS, windowRanges } from './calling-window.ts'
import type { DispatchVerdict } from './dispatch-verdict.ts'
import { type Holidays, isHoliday } from './holidays.ts'
import type { NumberOrigin } from './number-origin.ts'

/** What an account and its campaign say about when people may be called. */
export interface CallingRules {
  /** All of them must be open at once; none: always. */
  readonly windows: readonly CallingWindow[]
  readonly holidays?: Holidays
}

/** A stretch of time, in milliseconds of UNIX time; its end not included. */
interface Span {
  readonly start: number
  readonly end: number
}

const DAY_MS = 86_400_000
/** An opening further away than this is not looked for. */
const HORIZON_DAYS = 45
/** Days of places; the present ones of all places that a list may lead to are far fewer. */
const MOST_KEPT = 50_000

/**
 * When people in a place may be called, by their own clocks: open where every window is, and in every
 * zone that they may be in, and where none of these has a holiday. Clock changes need no care of the
 * callers: hours that a change skips do not exist, those that it repeats exist twice.
 *
 * Keeps what it has worked out: use one for many calls with the same rules.
 */
export class OpenHours {
  readonly #rules: CallingRules
  readonly #unlimited: boolean
  /** By weekday, Monday first. */
  readonly #ranges: readonly (readonly MinuteRange[])[]
  readonly #spans = new Map<string, readonly Span[]>()

  constructor(rules: CallingRules) {
    this.#rules = rules
    this.#ranges = WEEKDAYS.map((day) =>
      rules.windows.map((window) => windowRanges(window, day)).reduce(intersect, ALL_DAY),
    )
    this.#unlimited = rules.windows.length === 0 && rules.holidays === undefined
  }

  /** `place.timeZones` must not be empty. */
  isOpen(place: NumberOrigin, now: Date): boolean {
    return this.nextOpening(place, now)?.getTime() === now.getTime()
  }

  /** `from` itself where it is open; undefined: not within the next weeks. */
  nextOpening(place: NumberOrigin, from: Date): Date | undefined {
    if (this.#unlimited) return from
    if (this.#ranges.every((ranges) => ranges.length === 0)) return undefined
    const moment = from.getTime()
    const today = Math.floor(moment / DAY_MS)
    for (let day = today; day <= today + HORIZON_DAYS; day++) {
      const span = this.#openOnDay(place, day).find(({ end }) => end > moment)
      if (span !== undefined) return new Date(Math.max(moment, span.start))
    }
    return undefined
  }

  verdict(place: NumberOrigin, now: Date): DispatchVerdict {
    const rule = 'calling-window'
    if (this.#unlimited) return { rule, allows: true, detail: 'there is no calling window' }
    const opening = this.nextOpening(place, now)
    if (opening?.getTime() === now.getTime()) {
      return { rule, allows: true, detail: `open: it is ${this.#localTime(place, now)}` }
    }
    const detail = `closed: ${this.#whyClosed(place, now)}`
    if (opening !== undefined) return { rule, allows: false, notBefore: opening, detail }
    return { rule, allows: false, detail: `${detail}; there is no opening in the next weeks` }
  }

  #whyClosed(place: NumberOrigin, now: Date): string {
    for (const zone of place.timeZones) {
      const local = toLocal(now.getTime(), zone)
      const told = describe(local)
      if (this.#isHoliday(place, zone, local.toPlainDate())) return `${told} is a holiday`
      if (!this.#zoneSpans(place, zone, local.toPlainDate()).some(holds(now))) {
        return `${told} is outside the calling window`
      }
    }
    return this.#localTime(place, now)
  }

  #localTime(place: NumberOrigin, now: Date): string {
    return place.timeZones.map((zone) => describe(toLocal(now.getTime(), zone))).join(', ')
  }

  /** Open in all zones, on one day of UTC. */
  #openOnDay(place: NumberOrigin, day: number): readonly Span[] {
    const { country, timeZones } = place
    return this.#remember(`${country} ${timeZones.join(' ')} ${day}`, () => {
      const whole = { start: day * DAY_MS, end: (day + 1) * DAY_MS }
      return timeZones
        .map((zone) => this.#zoneOnDay(place, zone, whole))
        .reduce(intersectSpans, [whole])
    })
  }

  #zoneOnDay(place: NumberOrigin, zone: string, { start, end }: Span): Span[] {
    const first = toLocal(start, zone).toPlainDate()
    const last = toLocal(end - 1, zone).toPlainDate()
    const dates = first.equals(last) ? [first] : [first, last]
    return dates.flatMap((date) => [...this.#zoneSpans(place, zone, date)])
  }

  /** Open in one zone, on one date of its own. */
  #zoneSpans(place: NumberOrigin, zone: string, date: Temporal.PlainDate): readonly Span[] {
    return this.#remember(`${place.country} ${zone} ${date}`, () => {
      if (this.#isHoliday(place, zone, date)) return []
      const ranges = this.#ranges[date.dayOfWeek - 1] ?? []
      const midnight = date.toZonedDateTime('UTC').epochMilliseconds
      return stretches(date, zone).flatMap(({ start, end, offsetMs }) =>
        ranges
          .map(({ from, to }) => ({
            start: Math.max(start, midnight + from * 60_000 - offsetMs),
            end: Math.min(end, midnight + to * 60_000 - offsetMs),
          }))
          .filter((span) => span.start < span.end),
      )
    })
  }

  #isHoliday({ country }: NumberOrigin, timeZone: string, date: Temporal.PlainDate): boolean {
    const { holidays } = this.#rules
    return holidays !== undefined && isHoliday(holidays, date.toString(), { country, timeZone })
  }

  #remember(key: string, work: () => readonly Span[]): readonly Span[] {
    const known = this.#spans.get(key)
    if (known !== undefined) return known
    const spans = work()
    if (this.#spans.size >= MOST_KEPT) this.#spans.clear()
    this.#spans.set(key, spans)
    return spans
  }
}

/** The parts of a local date on which the zone's offset does not change: one, but for clock changes. */
function stretches(date: Temporal.PlainDate, zone: string): (Span & { offsetMs: number })[] {
  const begin = date.toZonedDateTime(zone)
  const end = date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds
  const parts: (Span & { offsetMs: number })[] = []
  for (let at: Temporal.ZonedDateTime | null = begin; at !== null && at.epochMilliseconds < end; ) {
    const next: Temporal.ZonedDateTime | null = at.getTimeZoneTransition('next')
    const partEnd = Math.min(end, next?.epochMilliseconds ?? end)
    const offsetMs = at.offsetNanoseconds / 1e6
    parts.push({ start: at.epochMilliseconds, end: partEnd, offsetMs })
    at = next
  }
  return parts
}

const ALL_DAY: MinuteRange[] = [{ from: 0, to: 24 * 60 }]

function intersect(ones: readonly MinuteRange[], others: readonly MinuteRange[]): MinuteRange[] {
  const spans = ones.map(({ from, to }) => ({ start: from, end: to }))
  const more = others.map(({ from, to }) => ({ start: from, end: to }))
  return intersectSpans(spans, more).map(({ start, end }) => ({ from: start, to: end }))
}

function intersectSpans(ones: readonly Span[], others: readonly Span[]): Span[] {
  return ones.flatMap((one) =>
    others
      .map((other) => ({
        start: Math.max(one.start, other.start),
        end: Math.min(one.end, other.end),
      }))
      .filter(({ start, end }) => start < end),
  )
}

function holds(now: Date): (span: Span) => boolean {
  return ({ start, end }) => start <= now.getTime() && now.getTime() < end
}

function toLocal(moment: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone)
}

/** `Thu 2026-11-26 18:07 in America/New_York` */
function describe(local: Temporal.ZonedDateTime): string {
  const day = WEEKDAYS[local.dayOfWeek - 1] ?? ''
  const date = local.toPlainDate().toString()
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
  return `${day} ${date} ${time} in ${local.timeZoneId}`
}
