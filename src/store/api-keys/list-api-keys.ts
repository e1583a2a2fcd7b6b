import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { API_KEY_COLUMNS, type ApiKey } from './api-key-columns.ts'

/** All keys of an account, or of the installation, the oldest first. */
export async function listApiKeys(db: Queryable, accountId: number | undefined): Promise<ApiKey[]> {
  const rows = await db.query<ApiKey>(
    `SELECT ${API_KEY_COLUMNS} FROM api_keys
     WHERE account_id IS NOT DISTINCT FROM $1::integer ORDER BY key_id`,
    [accountId],
  )
  return rows.map((row) => withoutNulls<ApiKey>(row))
}
