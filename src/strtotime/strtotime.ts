import { quoted, refusal } from './refusal.ts'
import { resolveTime, type TimeReference } from './resolver.ts'
import { scanTime } from './scanner.ts'
import { isPlace } from './zone.ts'

export type { TimeReference }
export const LONGEST_TIME_TEXT = 80

/**
 * A time in the language of PHP's `strtotime`, as UNIX seconds: `now`, `+3 days`, `monday next week
 * 14:00`, `first monday of january 2027`, `oct 14th, 2011 11:05PM EST`, `2026-W14-1`, `@1700000000`.
 * The answer is the one that PHP 8.2 gives, or a refusal; never another one.
 *
 * @throws OutdialError `unparsable-time`: the sentence names the part that is not understood
 */
export function strtotime(text: string, reference: TimeReference): number {
  if ([...text].length > LONGEST_TIME_TEXT) {
    throw refusal(`it is longer than ${LONGEST_TIME_TEXT} characters`)
  }
  if (!isPlace(reference.timeZone)) {
    throw refusal(`${quoted(reference.timeZone)} is not a time zone`)
  }
  const seconds = resolveTime(scanTime(text), reference)
  if (seconds === undefined) throw refusal('it lies too far from now')
  return seconds
}
