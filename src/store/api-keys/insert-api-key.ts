import { assert } from '#base'
import type { Role } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { API_KEY_COLUMNS, type ApiKey } from './api-key-columns.ts'

export interface NewApiKey {
  /** Absent: of the installation. */
  readonly accountId?: number | undefined
  readonly name: string
  readonly role: Role
  /** SHA-256 of the key. */
  readonly digest: Uint8Array
  /** Absent: it does not expire. */
  readonly lifeSeconds?: number | undefined
}

export async function insertApiKey(db: Queryable, key: NewApiKey): Promise<ApiKey> {
  const [row] = await db.query<ApiKey>(
    `INSERT INTO api_keys (account_id, name, role, digest, expires_at)
     VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
     RETURNING ${API_KEY_COLUMNS}`,
    [key.accountId, key.name, key.role, key.digest, key.lifeSeconds],
  )
  assert(row !== undefined, 'an insertion returns its row')
  return withoutNulls<ApiKey>(row)
}
