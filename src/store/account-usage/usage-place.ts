/** The quarter of an hour of a moment, as `account_usage` has it. */
export function quarterOf(moment: string): string {
  return `date_bin('15 minutes', ${moment}, to_timestamp(0))`
}

/** Rows for every so many connections. */
export const USAGE_SHARD = 'pg_backend_pid() % 16'

/** Of `accounts a`: whether what it uses is counted. */
export const HAS_DAILY_CAPS = '(a.attempts_per_day IS NOT NULL OR a.minutes_per_day IS NOT NULL)'
