import type { Account } from '#model'
import { ACCOUNT_COLUMNS } from '../accounts/account-columns.ts'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

export interface Signer {
  readonly account: Account
  /** Absent: the account's owner. */
  readonly userId?: number
  /** Of the user's password, or of the account's PIN. */
  readonly secretHash: string
}

/** Whose secret it is that comes with a login, or with the name of one of its users. One query, whoever there is. */
export async function findSigner(
  db: Queryable,
  { login, user }: { readonly login: string; readonly user?: string | undefined },
): Promise<Signer | undefined> {
  const [row] = await db.query<Account & { userId: number | null; secretHash: string | null }>(
    `SELECT ${ACCOUNT_COLUMNS}, user_id AS "userId",
       CASE WHEN $2::text IS NULL THEN pin_hash ELSE password_hash END AS "secretHash"
     FROM accounts
       LEFT JOIN (SELECT account_id, user_id, password_hash FROM users WHERE name = $2) u
         USING (account_id)
     WHERE login = $1`,
    [login, user],
  )
  if (row === undefined) return undefined
  const { userId, secretHash, ...account } = row
  if (secretHash === null) return undefined
  const found = { account: withoutNulls<Account>(account), secretHash }
  return userId === null ? found : { ...found, userId }
}
