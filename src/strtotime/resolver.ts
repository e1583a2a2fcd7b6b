import { daysOf, weekdayOf, ymdOf } from './calendar.ts'
import type { Draft } from './draft.ts'
import { quoted, refusal } from './refusal.ts'
import { clocksChangeNear, FARTHEST_SECONDS, offsetAt, toUnixSeconds } from './zone.ts'

export interface TimeReference {
  /** What `now` means, UNIX seconds. */
  readonly nowSeconds: number
  /** IANA name: the zone of a text that names none. */
  readonly timeZone: string
}

const DAY_SECONDS = 86_400

/**
 * What a draft means, as PHP resolves it: what is missing is taken from now (a date without a time is
 * its midnight), everything is moved on the wall clock, then the zone is applied. Undefined: too far.
 */
export function resolveTime(draft: Draft, { nowSeconds, timeZone }: TimeReference) {
  const clock = fillFromNow(draft, nowSeconds + offsetAt(nowSeconds, timeZone))
  toDayOfMonth(clock, draft)
  toWeekday(clock, draft)
  shift(clock, draft)
  if (draft.special?.kind === 'workdays') addWorkdays(clock, draft.special.count)
  clock.normalize()

  const localSeconds = clock.localSeconds()
  if (!isWithinRange(localSeconds)) return undefined
  const zone = draft.zone ?? { kind: 'place', name: timeZone }
  const seconds = toUnixSeconds(localSeconds, zone, draft.zoneCount > 0)
  // PHP then mixes the summer time of the one zone into the rules of the other.
  if (draft.secondPlace !== undefined && clocksChangeNear(seconds, zone)) {
    throw refusal(`${quoted(draft.secondPlace)} is a second time zone`)
  }
  return isWithinRange(seconds) ? seconds : undefined
}

function isWithinRange(seconds: number): boolean {
  // A day from the end, so that neighbours can still be asked for their offset.
  return Math.abs(seconds) <= FARTHEST_SECONDS - 2 * DAY_SECONDS
}

/** A wall clock with its calendar; all of it may run over until it is normalized. */
class WallClock {
  year = 0
  month = 1
  day = 1
  seconds = 0
  microseconds = 0

  normalize(): void {
    this.seconds += Math.floor(this.microseconds / 1e6)
    this.microseconds -= Math.floor(this.microseconds / 1e6) * 1e6
    const overflow = Math.floor(this.seconds / DAY_SECONDS)
    this.seconds -= overflow * DAY_SECONDS
    const date = ymdOf(daysOf(this.year, this.month, this.day) + overflow)
    this.year = date.year
    this.month = date.month
    this.day = date.day
  }

  get weekday(): number {
    return weekdayOf(daysOf(this.year, this.month, this.day))
  }

  localSeconds(): number {
    return daysOf(this.year, this.month, this.day) * DAY_SECONDS + this.seconds
  }
}

function fillFromNow(draft: Draft, localNow: number): WallClock {
  const today = Math.floor(localNow / DAY_SECONDS)
  const now = ymdOf(today)
  const timeOfNow = localNow - today * DAY_SECONDS
  const clock = new WallClock()
  clock.year = draft.year ?? now.year
  clock.month = draft.month ?? now.month
  clock.day = draft.day ?? now.day
  if (draft.hasDate && draft.timeCount === 0) return clock
  clock.seconds =
    draft.hour === undefined
      ? timeOfNow
      : draft.hour * 3600 + (draft.minute ?? 0) * 60 + (draft.second ?? 0)
  clock.microseconds = draft.microsecond
  return clock
}

/** `first monday of`, `last day of`: from the edge of the month, which months shift beforehand. */
function toDayOfMonth(clock: WallClock, draft: Draft): void {
  const { special, shift: by } = draft
  if (special !== undefined && special.kind !== 'workdays') {
    clock.day = 1
    clock.month += by.month + (special.kind === 'last-weekday-of-month' ? 1 : 0)
    by.month = 0
  }
  toMonthEdge(clock, draft)
  clock.normalize()
}

function toMonthEdge(clock: WallClock, { monthEdge }: Draft): void {
  if (monthEdge === undefined) return
  clock.day = monthEdge === 'first-day' ? 1 : 0
  if (monthEdge === 'last-day') clock.month++
}

function toWeekday(clock: WallClock, draft: Draft): void {
  if (!draft.hasWeekday) return
  const today = clock.weekday
  const { weekday, weekdayMode, shift: by } = draft
  if (weekdayMode === 'this-week') {
    // Weeks end on Sunday.
    const isoToday = today === 0 && weekday !== 0 ? 7 : today
    clock.day += (weekday === 0 && today !== 0 ? 7 : weekday) - isoToday
  } else if (weekday < 0) {
    clock.day -= 7 - (Math.abs(weekday) - today)
  } else {
    const difference = weekday - today
    const isBehind = by.day < 0 ? difference < 0 : difference <= earliest(weekdayMode)
    clock.day += difference + (isBehind ? 7 : 0)
  }
  clock.normalize()
}

/** The greatest difference of weekdays that still means the week after. */
function earliest(mode: Draft['weekdayMode']): number {
  return mode === 'today-or-after' ? -1 : 0
}

function shift(clock: WallClock, draft: Draft): void {
  const by = draft.shift
  clock.microseconds += by.microsecond
  clock.seconds += by.second + by.minute * 60 + by.hour * 3600
  clock.day += by.day
  clock.month += by.month
  clock.year += by.year
  toMonthEdge(clock, draft)
  clock.normalize()
}

/** Monday to Friday; from a weekend the first step leads to Monday, or back to Friday. */
function addWorkdays(clock: WallClock, count: number): void {
  const weekday = clock.weekday
  const rest = count % 5
  clock.day += Math.trunc(count / 5) * 7 + rest
  if (count > 0) {
    if (rest === 0) clock.day -= weekday === 0 ? 2 : weekday === 6 ? 1 : 0
    else if (weekday === 6) clock.day += 1
    else if (weekday + rest > 5) clock.day += 2
  } else if (rest === 0) {
    clock.day += weekday === 6 ? 2 : weekday === 0 ? 1 : 0
  } else if (weekday === 0) {
    clock.day -= 1
  } else if (weekday + rest < 1) {
    clock.day -= 2
  }
}
