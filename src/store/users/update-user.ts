import type { Role } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { USER_COLUMNS, type User } from './user-columns.ts'

export interface UserKey {
  readonly accountId: number
  readonly userId: number
}

/** What is absent stays. Undefined where the account has no such user. */
export async function updateUser(
  db: Queryable,
  { accountId, userId }: UserKey,
  changes: { readonly role?: Role | undefined; readonly passwordHash?: string | undefined },
): Promise<User | undefined> {
  const [updated] = await db.query<User>(
    `UPDATE users SET role = coalesce($3, role), password_hash = coalesce($4, password_hash)
     WHERE account_id = $1 AND user_id = $2
     RETURNING ${USER_COLUMNS}`,
    [accountId, userId, changes.role, changes.passwordHash],
  )
  return updated && withoutNulls<User>(updated)
}
