import type { Trunk } from '#model'
import type { Queryable } from '../database/database.ts'
import { INSERT_TRUNK, trunkParams } from './trunk-columns.ts'

/** False where the name is taken. */
export async function insertTrunk(db: Queryable, trunk: Trunk): Promise<boolean> {
  const inserted = await db.execute(
    `${INSERT_TRUNK} ON CONFLICT (name) DO NOTHING`,
    trunkParams(trunk),
  )
  return inserted === 1
}
