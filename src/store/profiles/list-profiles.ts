import type { Queryable } from '../database/database.ts'
import {
  PROFILE_COLUMNS,
  PROFILE_TABLES,
  type Profile,
  type ProfileKey,
} from './profile-columns.ts'

/** In the order of their names; `after`: only those that come after this one. */
export function listProfiles(
  db: Queryable,
  page: Omit<ProfileKey, 'name'> & { readonly after?: string | undefined; readonly limit: number },
): Promise<Profile[]> {
  return db.query<Profile>(
    `SELECT ${PROFILE_COLUMNS} FROM ${PROFILE_TABLES[page.kind]}
     WHERE account_id = $1 AND ($2::text IS NULL OR name > $2) ORDER BY name LIMIT $3`,
    [page.accountId, page.after, page.limit],
  )
}
