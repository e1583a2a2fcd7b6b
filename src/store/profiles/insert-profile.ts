import type { Queryable } from '../database/database.ts'
import {
  PROFILE_COLUMNS,
  PROFILE_TABLES,
  type Profile,
  type ProfileKey,
  type ProfileSettings,
} from './profile-columns.ts'

/** Undefined where there is one of this name. */
export async function insertProfile(
  db: Queryable,
  { accountId, kind, name }: ProfileKey,
  settings: ProfileSettings,
): Promise<Profile | undefined> {
  const [profile] = await db.query<Profile>(
    `INSERT INTO ${PROFILE_TABLES[kind]} (account_id, name, settings) VALUES ($1, $2, $3::jsonb)
     ON CONFLICT DO NOTHING RETURNING ${PROFILE_COLUMNS}`,
    [accountId, name, JSON.stringify(settings)],
  )
  return profile
}
