import { CALLS_DUE, CAMPAIGNS_CHANGED, type Queryable } from '../database/database.ts'

/** While it is held nothing of the account is dialled. False: there is no such account. */
export async function holdAccount(
  tx: Queryable,
  accountId: number,
  held: boolean,
): Promise<boolean> {
  const changed = await tx.execute('UPDATE accounts SET held = $2 WHERE account_id = $1', [
    accountId,
    held,
  ])
  if (changed === 0) return false
  for (const channel of [CAMPAIGNS_CHANGED, CALLS_DUE]) tx.notify(channel)
  return true
}
