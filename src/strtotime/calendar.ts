/** The Gregorian calendar, reckoned backwards and forwards without end. Days count from 1970-01-01. */

export interface Ymd {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Month and day may lie outside their range, and then run over. */
export function daysOf(year: number, month: number, day: number): number {
  // Years from March, so that a leap day is the last of its year.
  const months = year * 12 + (month - 1) - 2
  const marchYear = Math.floor(months / 12)
  const monthFromMarch = months - marchYear * 12
  const daysToMonth = Math.floor((153 * monthFromMarch + 2) / 5)
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  return marchYear * 365 + leapDays + daysToMonth + day - 1 - EPOCH_FROM_MARCH_0
}

const EPOCH_FROM_MARCH_0 = 719_468
const DAYS_IN_400_YEARS = 146_097

export function ymdOf(days: number): Ymd {
  const shifted = days + EPOCH_FROM_MARCH_0
  const era = Math.floor(shifted / DAYS_IN_400_YEARS)
  const dayOfEra = shifted - era * DAYS_IN_400_YEARS
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** Sunday is 0. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7
}
