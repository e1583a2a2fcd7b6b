import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { USER_COLUMNS, type User } from './user-columns.ts'

export interface UserPage {
  readonly accountId: number
  /** A name. */
  readonly after?: string | undefined
  readonly limit: number
}

/** A page of an account's users, in the order of their names. */
export async function listUsers(
  db: Queryable,
  { accountId, after, limit }: UserPage,
): Promise<User[]> {
  const rows = await db.query<User>(
    `SELECT ${USER_COLUMNS} FROM users
     WHERE account_id = $1 AND ($2::text IS NULL OR name > $2) ORDER BY name LIMIT $3`,
    [accountId, after, limit],
  )
  return rows.map((row) => withoutNulls<User>(row))
}
