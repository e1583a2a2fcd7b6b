import type { Queryable } from '../database/database.ts'
import type { ForbiddenEntry } from './insert-forbidden-numbers.ts'

export interface ListedNumber extends ForbiddenEntry {
  readonly createdAt: Date
}

/** An account's list, in the order of the numbers; `after`: only what comes after this one. */
export function listForbiddenNumbers(
  db: Queryable,
  page: { readonly accountId: number; readonly after?: string | undefined; readonly limit: number },
): Promise<ListedNumber[]> {
  return db.query<ListedNumber>(
    `SELECT destination, reason, created_at AS "createdAt" FROM do_not_call
     WHERE account_id = $1 AND destination > coalesce($2, '')
     ORDER BY destination LIMIT $3`,
    [page.accountId, page.after, page.limit],
  )
}
