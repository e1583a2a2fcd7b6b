import type { Trunk } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { TRUNK_COLUMNS } from './trunk-columns.ts'

/** All trunks, the oldest first. */
export async function listTrunks(db: Queryable): Promise<Trunk[]> {
  const rows = await db.query<Trunk>(`SELECT ${TRUNK_COLUMNS} FROM trunks ORDER BY trunk_id`)
  return rows.map((row) => withoutNulls<Trunk>(row))
}
