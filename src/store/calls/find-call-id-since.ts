import type { Queryable } from '../database/database.ts'

/**
 * The id from which on an account's calls were queued at `moment` or later, as far as ids are in the order
 * of time; found by bisection over the primary key, some twenty looks.
 */
export async function findCallIdSince(
  db: Queryable,
  accountId: number,
  moment: Date,
): Promise<number> {
  const [found] = await db.query<{ id: number | null }>(SINCE, [accountId, moment])
  return found?.id ?? 0
}

const SINCE = `
  WITH RECURSIVE bisected(low, high) AS (
    SELECT min(call_id)::bigint, max(call_id)::bigint + 1 FROM calls WHERE account_id = $1
    UNION ALL
    SELECT CASE WHEN created_at < $2 THEN call_id::bigint + 1 ELSE low END,
      CASE WHEN created_at < $2 THEN high ELSE middle END
    FROM bisected, LATERAL (SELECT (low + high) / 2 AS middle) m, LATERAL (
      SELECT call_id, created_at FROM calls
      WHERE account_id = $1 AND call_id >= middle ORDER BY call_id LIMIT 1
    ) c
    WHERE low < high
  )
  SELECT max(low) AS id FROM bisected`
