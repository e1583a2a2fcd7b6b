/** Without a word of the server, an audio file is taken to stay the same for a minute. */
const UNSAID_MS = 60_000

/** Even a file that may be kept for a year is asked for again once a day. */
const LONGEST_MS = 86_400_000

/**
 * How long an answer may be used again, in milliseconds, by its `Cache-Control` (RFC 9111 section 5.2.2).
 * A cache that serves many calls is a shared one: `s-maxage` counts before `max-age`, and `private` is
 * not kept.
 */
export function freshnessMs(cacheControl: string): number {
  const directives = new Map(
    cacheControl
      .toLowerCase()
      .split(',')
      .map((directive) => directive.trim().split('='))
      .map(([name = '', value = '']) => [name.trim(), value.trim().replaceAll('"', '')]),
  )
  if (['no-store', 'no-cache', 'private'].some((name) => directives.has(name))) return 0
  const seconds = directives.get('s-maxage') ?? directives.get('max-age')
  if (seconds === undefined) return UNSAID_MS
  return /^\d+$/.test(seconds) ? Math.min(LONGEST_MS, Number(seconds) * 1000) : 0
}
