import type { Account } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { ACCOUNT_COLUMNS } from './account-columns.ts'

export interface AccountWithPin {
  readonly account: Account
  readonly pinHash: string
}

export async function findAccountByLogin(
  db: Queryable,
  login: string,
): Promise<AccountWithPin | undefined> {
  const [row] = await db.query<Account & { pinHash: string }>(
    `SELECT ${ACCOUNT_COLUMNS}, pin_hash AS "pinHash" FROM accounts WHERE login = $1`,
    [login],
  )
  if (row === undefined) return undefined
  const { pinHash, ...account } = row
  return { account: withoutNulls<Account>(account), pinHash }
}
