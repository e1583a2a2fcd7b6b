import { OutdialError } from '#base'
import { strtotime, type TimeReference } from '#strtotime'

/**
 * A time in words as UNIX seconds, or the refusal.
 *
 * @returns the error `unparsable-time`, which names the part that is not understood
 */
export function readTime(text: string, reference: TimeReference): number | OutdialError {
  try {
    return strtotime(text, reference)
  } catch (error) {
    if (error instanceof OutdialError) return error
    throw error
  }
}

/** For people: `Mon 2026-11-23 10:00:00 +05:30 Asia/Kolkata`. */
export function describeMoment(unixSeconds: number, timeZone: string): string {
  const moment = Temporal.Instant.fromEpochMilliseconds(unixSeconds * 1000)
  const local = moment.toZonedDateTimeISO(timeZone)
  const weekday = local.toLocaleString('en', { weekday: 'short' })
  const date = local.toPlainDate().toString()
  const time = local.toPlainTime().toString({ smallestUnit: 'second' })
  return `${weekday} ${date} ${time} ${local.offset} ${timeZone}`
}
