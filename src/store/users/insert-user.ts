import type { Role } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { USER_COLUMNS, type User } from './user-columns.ts'

export interface NewUser {
  readonly accountId: number
  readonly name: string
  readonly role: Role
  /** What `hashPin` made of the password; never the password itself. */
  readonly passwordHash: string
}

/** Undefined where the account has one of this name. */
export async function insertUser(db: Queryable, user: NewUser): Promise<User | undefined> {
  const [inserted] = await db.query<User>(
    `INSERT INTO users (account_id, name, role, password_hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account_id, name) DO NOTHING
     RETURNING ${USER_COLUMNS}`,
    [user.accountId, user.name, user.role, user.passwordHash],
  )
  return inserted && withoutNulls<User>(inserted)
}
