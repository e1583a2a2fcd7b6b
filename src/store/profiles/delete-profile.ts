import type { Queryable } from '../database/database.ts'
import { PROFILE_TABLES, type ProfileKey } from './profile-columns.ts'

/** Campaigns that refer to it keep its values as their own. */
export async function deleteProfile(
  tx: Queryable,
  { accountId, kind, name }: ProfileKey,
): Promise<void> {
  await tx.execute(`UPDATE campaigns SET ${kind} = NULL WHERE account_id = $1 AND ${kind} = $2`, [
    accountId,
    name,
  ])
  await tx.execute(`DELETE FROM ${PROFILE_TABLES[kind]} WHERE account_id = $1 AND name = $2`, [
    accountId,
    name,
  ])
}
