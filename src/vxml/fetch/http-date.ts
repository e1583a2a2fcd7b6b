const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, and the two obsolete forms. Milliseconds
 * since 1970; undefined where the text is none of them.
 */
export function parseHttpDate(text: string): number | undefined {
  const fixed = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/i.exec(text)
  if (fixed !== null) return dateOf(fixed[3], fixed[2], fixed[1], fixed.slice(4))
  const rfc850 = /^\w+, (\d{2})-(\w{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/i.exec(text)
  if (rfc850 !== null) {
    const year = Number(rfc850[3])
    return dateOf(
      String(year < 70 ? 2000 + year : 1900 + year),
      rfc850[2],
      rfc850[1],
      rfc850.slice(4),
    )
  }
  const asctime = /^\w{3} (\w{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i.exec(text)
  if (asctime === null) return undefined
  return dateOf(asctime[6], asctime[1], asctime[2], asctime.slice(3, 6))
}

function dateOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  time: readonly string[],
): number | undefined {
  const [hour = 0, minute = 0, second = 0] = time.map(Number)
  const monthIndex = monthOf(month ?? '')
  const dayOfMonth = Number(day)
  if (monthIndex === undefined || dayOfMonth < 1 || dayOfMonth > 31) return undefined
  if (hour > 23 || minute > 59 || second > 60) return undefined
  return Date.UTC(Number(year), monthIndex, dayOfMonth, hour, minute, second)
}

/** 0 to 11, by the first three letters. */
export function monthOf(name: string): number | undefined {
  const index = MONTHS.indexOf(name.slice(0, 3).toLowerCase())
  return index < 0 ? undefined : index
}
