const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY_SECONDS = 24 * HOUR
const LENGTHS = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR]

/** The shortest of the usual lengths, seconds, that cuts so long a time into `most` stretches or fewer. */
export function seriesLength(spanSeconds: number, most: number): number {
  const fits = LENGTHS.find((length) => spanSeconds <= length * most)
  return fits ?? Math.ceil(spanSeconds / most / DAY_SECONDS) * DAY_SECONDS
}
