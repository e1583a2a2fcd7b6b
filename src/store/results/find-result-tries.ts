import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

export interface ResultTryRecord {
  readonly try: number
  /** When what came of it was written down. */
  readonly triedAt: Date
  readonly httpStatus?: number
  readonly error?: string
  readonly durationMs: number
}

/** How the result of a call came to be posted: when it was ready, and each try. */
export interface ResultHistory {
  readonly createdAt: Date
  readonly tries: readonly ResultTryRecord[]
}

/** Undefined where there is nothing to deliver, or not yet. */
export async function findResultTries(
  db: Queryable,
  { accountId, callId }: { readonly accountId: number; readonly callId: number },
): Promise<ResultHistory | undefined> {
  const rows = await db.query<ResultTryRecord & { createdAt: Date; try: number | null }>(TRIES, [
    accountId,
    callId,
  ])
  const [first] = rows
  if (first === undefined) return undefined
  const tries = rows.flatMap(({ createdAt: _, ...row }) =>
    row.try === null ? [] : [withoutNulls<ResultTryRecord>(row)],
  )
  return { createdAt: first.createdAt, tries }
}

const TRIES = `
  SELECT r.created_at AS "createdAt", t.try, t.tried_at AS "triedAt",
    t.http_status AS "httpStatus", t.error, t.duration_ms AS "durationMs"
  FROM results r LEFT JOIN result_tries t USING (account_id, call_id)
  WHERE r.account_id = $1 AND r.call_id = $2 ORDER BY t.try`
