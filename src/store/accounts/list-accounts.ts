import type { Account } from '#model'
import type { Queryable } from '../database/database.ts'
import { ACCOUNT_COLUMNS } from './account-columns.ts'

/** A page of all accounts, in the order of their logins, from after `afterLogin` on. */
export function listAccounts(
  db: Queryable,
  page: { readonly afterLogin?: string | undefined; readonly limit: number },
): Promise<Account[]> {
  return db.query<Account>(
    `SELECT ${ACCOUNT_COLUMNS} FROM accounts
     WHERE $1::text IS NULL OR login > $1 ORDER BY login LIMIT $2`,
    [page.afterLogin, page.limit],
  )
}
