import type { Trunk } from '#model'
import type { Queryable } from '../database/database.ts'
import { INSERT_TRUNK, SET_ALL_BUT_NAME, trunkParams } from './trunk-columns.ts'

/** Makes the trunk, or gives the one of that name all these values. */
export async function upsertTrunk(db: Queryable, trunk: Trunk): Promise<void> {
  await db.execute(
    `${INSERT_TRUNK} ON CONFLICT (name) DO UPDATE SET ${SET_ALL_BUT_NAME}`,
    trunkParams(trunk),
  )
}
