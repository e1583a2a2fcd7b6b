import type { AccountSettings } from '#calls'
import type { Account } from '#model'

/** An account in the words of the interface, which are those of an edit of it. */
export function accountView({ login, held }: Account, settings: AccountSettings): object {
  return {
    login,
    held,
    time_zone: settings.timeZone,
    country: settings.country,
    detect_callee_type: settings.detectsCalleeType,
    lines: settings.lines,
    calls_per_second: settings.callsPerSecond,
    calling_window: settings.accountWindow,
    holidays: settings.holidays,
    destinations: settings.destinations,
    attempts_per_day: settings.attemptsPerDay,
    minutes_per_day: settings.minutesPerDay,
    number_gap: settings.gapSeconds,
    number_cap: settings.cap,
    serialize_numbers: settings.serializesNumbers,
    retry_policy: settings.retryPolicy,
    events_url: settings.eventsUrl,
  }
}
