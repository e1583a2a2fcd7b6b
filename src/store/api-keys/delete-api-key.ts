import type { Queryable } from '../database/database.ts'

/** False where the account, or the installation, has no such key. */
export async function deleteApiKey(
  db: Queryable,
  { accountId, keyId }: { readonly accountId?: number | undefined; readonly keyId: number },
): Promise<boolean> {
  const deleted = await db.execute(
    `DELETE FROM api_keys
     WHERE account_id IS NOT DISTINCT FROM $1::integer AND key_id = $2`,
    [accountId, keyId],
  )
  return deleted === 1
}
