import type { Queryable } from '../database/database.ts'

/** A number that must not be called, and why; perhaps empty. */
export interface ForbiddenEntry {
  /** E.164 */
  readonly destination: string
  readonly reason: string
}

/**
 * Puts numbers on an account's list. Of a number that is on it already the reason changes, where there is a
 * new one. Returns how many were not on it. No number may occur twice.
 */
export async function insertForbiddenNumbers(
  db: Queryable,
  accountId: number,
  entries: readonly ForbiddenEntry[],
): Promise<number> {
  const rows = await db.query<{ added: boolean }>(
    `INSERT INTO do_not_call AS d (account_id, destination, reason)
     SELECT $1, * FROM unnest($2::text[], $3::text[])
     ON CONFLICT (account_id, destination)
       DO UPDATE SET reason = CASE excluded.reason WHEN '' THEN d.reason ELSE excluded.reason END
     RETURNING xmax = 0 AS added`,
    [accountId, entries.map(({ destination }) => destination), entries.map(({ reason }) => reason)],
  )
  return rows.filter(({ added }) => added).length
}
