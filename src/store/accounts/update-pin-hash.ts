import type { Queryable } from '../database/database.ts'

/** False: there is no such account. */
export async function updatePinHash(
  db: Queryable,
  accountId: number,
  pinHash: string,
): Promise<boolean> {
  const changed = await db.execute('UPDATE accounts SET pin_hash = $2 WHERE account_id = $1', [
    accountId,
    pinHash,
  ])
  return changed === 1
}
