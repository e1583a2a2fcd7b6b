import type { Account } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { ACCOUNT_COLUMNS } from './account-columns.ts'

export interface NewAccount {
  readonly login: string
  /** What `hashPin` made of the PIN; never the PIN itself. */
  readonly pinHash: string
  readonly timeZone?: string
  readonly country?: string
  readonly detectsCalleeType?: boolean
}

/** Undefined where the login is taken. */
export async function insertAccount(
  db: Queryable,
  account: NewAccount,
): Promise<Account | undefined> {
  const [inserted] = await db.query<Account>(
    `INSERT INTO accounts (login, pin_hash, time_zone, country, detects_callee_type)
     VALUES ($1, $2, coalesce($3, 'UTC'), coalesce($4, 'US'), coalesce($5, true))
     ON CONFLICT (login) DO NOTHING
     RETURNING ${ACCOUNT_COLUMNS}`,
    [account.login, account.pinHash, account.timeZone, account.country, account.detectsCalleeType],
  )
  return inserted && withoutNulls<Account>(inserted)
}
