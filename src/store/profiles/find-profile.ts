import type { Queryable } from '../database/database.ts'
import {
  PROFILE_COLUMNS,
  PROFILE_TABLES,
  type Profile,
  type ProfileKey,
} from './profile-columns.ts'

/**
 * `lock`: until the transaction ends nobody changes or removes it (`share`), nor lets a campaign refer to it
 * (`update`). Lock a profile before its campaigns.
 */
export async function findProfile(
  db: Queryable,
  { accountId, kind, name }: ProfileKey,
  { lock }: { lock?: 'share' | 'update' } = {},
): Promise<Profile | undefined> {
  const [profile] = await db.query<Profile>(
    `SELECT ${PROFILE_COLUMNS} FROM ${PROFILE_TABLES[kind]}
     WHERE account_id = $1 AND name = $2
     ${lock === undefined ? '' : `FOR ${lock}`}`,
    [accountId, name],
  )
  return profile
}
