import type { NumberAttempt } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import type { AccountNumber } from '../do-not-call/find-forbidden-numbers.ts'

/** What is known of earlier attempts to these numbers by their accounts, the oldest first. */
export async function findNumberAttempts(
  db: Queryable,
  numbers: readonly AccountNumber[],
): Promise<(AccountNumber & NumberAttempt)[]> {
  const rows = await db.query<AccountNumber & NumberAttempt>(
    `SELECT account_id AS "accountId", destination, dialed_at AS "dialedAt", ended_at AS "endedAt"
     FROM number_attempts
     WHERE (account_id, destination) IN (SELECT * FROM unnest($1::integer[], $2::text[]))
     ORDER BY dialed_at`,
    [numbers.map(({ accountId }) => accountId), numbers.map(({ destination }) => destination)],
  )
  return rows.map((row) => withoutNulls<AccountNumber & NumberAttempt>(row))
}
