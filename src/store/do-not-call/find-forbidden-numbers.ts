import type { Queryable } from '../database/database.ts'

/** A number of one account, E.164. */
export interface AccountNumber {
  readonly accountId: number
  readonly destination: string
}

export interface ForbiddenNumber extends AccountNumber {
  /** May be empty. */
  readonly reason: string
}

/** Which of these numbers their accounts must not call. */
export function findForbiddenNumbers(
  db: Queryable,
  numbers: readonly AccountNumber[],
): Promise<ForbiddenNumber[]> {
  return db.query<ForbiddenNumber>(
    `SELECT account_id AS "accountId", destination, reason
     FROM do_not_call
     WHERE (account_id, destination) IN (SELECT * FROM unnest($1::integer[], $2::text[]))`,
    [numbers.map(({ accountId }) => accountId), numbers.map(({ destination }) => destination)],
  )
}
