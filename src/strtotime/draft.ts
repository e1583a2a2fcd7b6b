import { quoted, refusal } from './refusal.ts'
import type { ShiftUnit } from './words.ts'
import type { Zone } from './zone.ts'

/** What the parts of a text have said so far; what nobody says is taken from now. */
export class Draft {
  year: number | undefined
  month: number | undefined
  day: number | undefined
  hour: number | undefined
  minute: number | undefined
  second: number | undefined
  microsecond = 0

  hasDate = false
  /** A time, and the year that PHP reads from four digits after it. */
  timeCount = 0
  zoneCount = 0
  zone: Zone | undefined
  /** The words of a place that takes the place of a zone which belonged to a time. */
  secondPlace: string | undefined

  readonly shift: Record<ShiftUnit, number> = {
    year: 0,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    microsecond: 0,
  }
  hasWeekday = false
  /** Sunday is 0; `ago` makes it negative. */
  weekday = 0
  weekdayMode: WeekdayMode = 'after-today'
  monthEdge: 'first-day' | 'last-day' | undefined
  special: Special | undefined

  /** Every date is the only one. */
  setDate(text: string, date: CalendarDate): void {
    this.claimDate(text)
    this.year = date.year
    this.month = date.month
    this.day = date.day
  }

  claimDate(text: string): void {
    if (this.hasDate) throw refusal(`${quoted(text)} is a second date`)
    this.hasDate = true
  }

  setTime(text: string, time: ClockTime): void {
    this.claimTime(text)
    this.hour = time.hour
    this.minute = time.minute ?? 0
    this.second = time.second ?? 0
    this.microsecond = time.microsecond ?? 0
  }

  claimTime(text: string): void {
    if (this.timeCount > 0) throw refusal(`${quoted(text)} is a second time of day`)
    this.timeCount = 1
  }

  /** Back to midnight, after which a time may follow. */
  clearTime(): void {
    this.timeCount = 0
    this.hour = 0
    this.minute = 0
    this.second = 0
    this.microsecond = 0
  }

  /** False where another zone has been named; PHP then passes over the second one. */
  claimZone(text: string): boolean {
    this.zoneCount++
    if (this.zoneCount > 2) throw refusal(`${quoted(text)} is not understood, or a third time zone`)
    return this.zoneCount === 1
  }

  /** A zone that belongs to a time, or one that was claimed; undefined: there is none of that name. */
  setZone(text: string, zone: Zone | undefined): void {
    if (zone === undefined) throw refusal(`${quoted(text)} is not understood`)
    if (this.zone !== undefined && zone.kind === 'place') this.secondPlace = text
    this.zone = zone
  }

  addShift(unit: ShiftUnit, amount: number): void {
    this.shift[unit] += amount
  }
}

/** Without a year: the current one. Day and month may lie outside their range, and then run over. */
export interface CalendarDate {
  readonly year: number | undefined
  readonly month: number
  readonly day: number
}

export interface ClockTime {
  readonly hour: number
  readonly minute?: number
  readonly second?: number
  readonly microsecond?: number
}

/** Which day of that name: today or later, later than today, or the one of this calendar week. */
export type WeekdayMode = 'today-or-after' | 'after-today' | 'this-week'

export type Special =
  | { readonly kind: 'workdays'; readonly count: number }
  /** `first monday of`: the shift then says how many weeks after the month's first. */
  | { readonly kind: 'weekday-of-month' }
  | { readonly kind: 'last-weekday-of-month' }
