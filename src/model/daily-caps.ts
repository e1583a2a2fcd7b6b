import type { DispatchVerdict } from './dispatch-verdict.ts'

/** What an account may use from midnight to midnight by its clock; absent: as much as there is. */
export interface DailyCaps {
  readonly attemptsPerDay?: number | undefined
  /** Begun minutes of answered calls. */
  readonly minutesPerDay?: number | undefined
}

/** What an account has used of a day. */
export interface DayUse {
  readonly attempts: number
  readonly minutes: number
  /** Calls that have a line and whose attempt begins in a moment. */
  readonly claimed: number
}

/** From its midnight to the next one. */
export interface AccountDay {
  readonly from: Date
  readonly to: Date
}

export function hasDailyCaps({ attemptsPerDay, minutesPerDay }: DailyCaps): boolean {
  return attemptsPerDay !== undefined || minutesPerDay !== undefined
}

/** The day that it is now. Where midnight is skipped by a clock that is set forward, it begins with its first hour. */
export function accountDay(timeZone: string, now: Date): AccountDay {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone)
  const midnight = local.startOfDay()
  const next = midnight.add({ days: 1 }).startOfDay()
  return { from: new Date(midnight.epochMilliseconds), to: new Date(next.epochMilliseconds) }
}

/** How many calls may be given a line at once: minutes are not known before they are over. */
export function startsLeft(caps: DailyCaps, { attempts, minutes, claimed }: DayUse): number {
  const { attemptsPerDay = Number.POSITIVE_INFINITY, minutesPerDay } = caps
  if (minutesPerDay !== undefined && minutes >= minutesPerDay) return 0
  return Math.max(0, attemptsPerDay - attempts - claimed)
}

/** What the caps say at a moment of this day or after it. Those that are not set say nothing. */
export function dailyCapVerdicts(
  { attemptsPerDay, minutesPerDay }: DailyCaps,
  { attempts, minutes, claimed }: DayUse,
  { day, moment }: { readonly day: AccountDay; readonly moment: Date },
): DispatchVerdict[] {
  const made = attempts + claimed
  const since = `since ${day.from.toISOString()}`
  const verdict = (
    rule: 'attempts-per-day' | 'minutes-per-day',
    isLeft: boolean,
    detail: string,
  ): DispatchVerdict =>
    isLeft || moment >= day.to
      ? { rule, allows: true, detail }
      : { rule, allows: false, notBefore: day.to, detail }
  const verdicts: DispatchVerdict[] = []
  if (attemptsPerDay !== undefined) {
    const detail = `the account has made ${made} of ${attemptsPerDay} attempts a day ${since}`
    verdicts.push(verdict('attempts-per-day', made < attemptsPerDay, detail))
  }
  if (minutesPerDay !== undefined) {
    const detail = `the account has talked ${minutes} of ${minutesPerDay} minutes a day ${since}`
    verdicts.push(verdict('minutes-per-day', minutes < minutesPerDay, detail))
  }
  return verdicts
}

/** Of a connected call, as it counts. */
export function begunMinutes(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / 60))
}
