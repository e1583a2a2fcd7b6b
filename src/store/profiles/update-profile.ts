import { assert } from '#base'
import type { Queryable } from '../database/database.ts'
import {
  PROFILE_COLUMNS,
  PROFILE_TABLES,
  type Profile,
  type ProfileKey,
  type ProfileSettings,
} from './profile-columns.ts'

/** Writes its settings, and its next version; lock it before. */
export async function updateProfile(
  tx: Queryable,
  { accountId, kind, name }: ProfileKey,
  settings: ProfileSettings,
): Promise<Profile> {
  const [profile] = await tx.query<Profile>(
    `UPDATE ${PROFILE_TABLES[kind]} SET settings = $3::jsonb, version = version + 1
     WHERE account_id = $1 AND name = $2 RETURNING ${PROFILE_COLUMNS}`,
    [accountId, name, JSON.stringify(settings)],
  )
  assert(profile !== undefined, 'a locked profile is there')
  return profile
}
