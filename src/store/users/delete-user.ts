import type { Queryable } from '../database/database.ts'
import type { UserKey } from './update-user.ts'

/** With its sessions. False where the account has no such user. */
export async function deleteUser(db: Queryable, { accountId, userId }: UserKey): Promise<boolean> {
  const deleted = await db.execute('DELETE FROM users WHERE account_id = $1 AND user_id = $2', [
    accountId,
    userId,
  ])
  return deleted === 1
}
