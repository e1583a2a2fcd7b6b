import { assert } from '#base'
import type { Queryable } from '../database/database.ts'

/** Not what was written for good: how far the tables are, who was signed in when the backup was taken, and what was being posted. */
const LEFT_OUT = ['migrations', 'web_sessions', 'result_claims']

/** Tables of this version whose rows a backup has, those that others refer to first. */
export async function backupTables(db: Queryable): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT c.relispartition AND c.relname <> ALL ($1)
     ORDER BY c.relname`,
    [LEFT_OUT],
  )
  const references = await db.query<{ from: string; to: string }>(
    `SELECT f.relname AS from, t.relname AS to FROM pg_constraint k
     JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
     WHERE k.contype = 'f' AND f.relnamespace = current_schema()::regnamespace
       AND f.oid <> t.oid AND NOT f.relispartition`,
  )
  const left = tables.map(({ name }) => name)
  const ordered: string[] = []
  while (left.length > 0) {
    const next = left.findIndex((name) =>
      references.every(({ from, to }) => from !== name || !left.includes(to)),
    )
    assert(next >= 0, 'no two tables refer to each other')
    ordered.push(...left.splice(next, 1))
  }
  return ordered
}

/** As SQL writes a name. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
