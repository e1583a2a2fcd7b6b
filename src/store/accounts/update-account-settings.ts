import { CALLS_DUE, type Queryable } from '../database/database.ts'
import type { AccountSettings } from './find-account-settings.ts'

/** Writes all that an edit of an account may change; lock it before. */
export async function updateAccountSettings(
  tx: Queryable,
  accountId: number,
  settings: AccountSettings,
): Promise<void> {
  await tx.execute(
    `UPDATE accounts SET time_zone = $2, country = $3, detects_callee_type = $4,
       calling_window = $5::jsonb, holidays = $6::jsonb, number_gap_seconds = $7,
       number_cap = $8, retry_policy = $9::jsonb, serializes_numbers = $10, lines = $11,
       calls_per_second = $12, events_url = $13,
       destinations = $14::jsonb, attempts_per_day = $15, minutes_per_day = $16
     WHERE account_id = $1`,
    [
      accountId,
      settings.timeZone,
      settings.country,
      settings.detectsCalleeType,
      json(settings.accountWindow),
      json(settings.holidays),
      settings.gapSeconds,
      settings.cap,
      json(settings.retryPolicy),
      settings.serializesNumbers,
      settings.lines,
      settings.callsPerSecond,
      settings.eventsUrl,
      json(settings.destinations),
      settings.attemptsPerDay,
      settings.minutesPerDay,
    ],
  )
  tx.notify(CALLS_DUE)
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
