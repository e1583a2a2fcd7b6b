import type { Account } from '#model'
import { ACCOUNT_COLUMNS } from '../accounts/account-columns.ts'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { API_KEY_COLUMNS, type ApiKey } from './api-key-columns.ts'

export interface ApiKeyWithAccount {
  readonly key: ApiKey
  /** Absent: it is the installation's. */
  readonly account?: Account
}

/** By the SHA-256 of the key; undefined where there is none, or it has expired. */
export async function findApiKey(
  db: Queryable,
  digest: Uint8Array,
): Promise<ApiKeyWithAccount | undefined> {
  const [row] = await db.query<ApiKey & { [Name in keyof Account]: Account[Name] | null }>(
    `SELECT ${KEY_COLUMNS}, ${ACCOUNT_COLUMNS}
     FROM api_keys k LEFT JOIN accounts a USING (account_id)
     WHERE digest = $1 AND (expires_at IS NULL OR expires_at > now())`,
    [digest],
  )
  if (row === undefined) return undefined
  const { keyId, name, role, createdAt, expiresAt, ...account } = row
  const key = withoutNulls<ApiKey>({ keyId, name, role, createdAt, expiresAt: expiresAt ?? null })
  return account.accountId === null ? { key } : { key, account: withoutNulls<Account>(account) }
}

/** An account has a `created_at` as well. */
const KEY_COLUMNS = API_KEY_COLUMNS.replace('created_at', 'k.created_at')
