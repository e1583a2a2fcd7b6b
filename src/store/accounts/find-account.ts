import type { Account } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { ACCOUNT_COLUMNS } from './account-columns.ts'

export async function findAccount(db: Queryable, accountId: number): Promise<Account | undefined> {
  const [account] = await db.query<Account>(
    `SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE account_id = $1`,
    [accountId],
  )
  return account && withoutNulls<Account>(account)
}
