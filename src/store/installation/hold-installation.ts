import { CALLS_DUE, CAMPAIGNS_CHANGED, type Queryable } from '../database/database.ts'

/** While it is held nothing is dialled, of no account. */
export async function holdInstallation(tx: Queryable, held: boolean): Promise<void> {
  await tx.execute('UPDATE installation SET held = $1', [held])
  for (const channel of [CAMPAIGNS_CHANGED, CALLS_DUE]) tx.notify(channel)
}
