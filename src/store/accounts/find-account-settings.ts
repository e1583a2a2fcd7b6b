import type { DailyCaps, DispatchRules, RetryPolicy } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

/** What an account says about all its calls. */
export interface AccountSettings
  extends Omit<DispatchRules, 'campaignWindow' | 'campaignHolidays'>,
    DailyCaps {
  /** ISO 3166 alpha-2 */
  readonly country: string
  readonly detectsCalleeType: boolean
  readonly retryPolicy?: RetryPolicy
  readonly serializesNumbers: boolean
  readonly lines?: number
  readonly callsPerSecond?: number
  /** Where events go of calls whose campaign names no other URL. */
  readonly eventsUrl?: string
}

/** `forUpdate`: nobody else changes them before the transaction ends. */
export async function findAccountSettings(
  db: Queryable,
  accountId: number,
  { forUpdate = false }: { forUpdate?: boolean } = {},
): Promise<AccountSettings | undefined> {
  const [row] = await db.query<AccountSettings>(
    `SELECT time_zone AS "timeZone", country, detects_callee_type AS "detectsCalleeType",
       calling_window AS "accountWindow", holidays, number_gap_seconds AS "gapSeconds",
       number_cap AS cap, retry_policy AS "retryPolicy",
       serializes_numbers AS "serializesNumbers", lines, calls_per_second AS "callsPerSecond",
       destinations, attempts_per_day AS "attemptsPerDay",
       minutes_per_day AS "minutesPerDay", events_url AS "eventsUrl"
     FROM accounts WHERE account_id = $1 ${forUpdate ? 'FOR UPDATE' : ''}`,
    [accountId],
  )
  return row && withoutNulls<AccountSettings>(row)
}
