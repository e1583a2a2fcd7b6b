import type { Queryable } from '../database/database.ts'

/** Takes numbers (E.164) from an account's list. Returns how many were on it. */
export function deleteForbiddenNumbers(
  db: Queryable,
  accountId: number,
  destinations: readonly string[],
): Promise<number> {
  return db.execute(
    'DELETE FROM do_not_call WHERE account_id = $1 AND destination = ANY ($2::text[])',
    [accountId, destinations],
  )
}
