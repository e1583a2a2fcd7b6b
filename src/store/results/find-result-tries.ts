import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import type { ResultKey } from './claim-due-results.ts'

export interface ResultTryRecord {
  readonly try: number
  /** When what came of it was written down. */
  readonly triedAt: Date
  readonly httpStatus?: number
  readonly error?: string
  /** How the answer's body begins; absent: it was empty. */
  readonly reply?: string
  readonly durationMs: number
}

/** How a result came to be posted: when it was ready, and each try. */
export interface ResultHistory {
  readonly createdAt: Date
  readonly tries: readonly ResultTryRecord[]
}

/** Of the call's result where no `sequence` says otherwise. Undefined: there is none, or not yet. */
export async function findResultTries(
  db: Queryable,
  { accountId, callId, sequence = 0 }: Omit<ResultKey, 'sequence'> & Partial<ResultKey>,
): Promise<ResultHistory | undefined> {
  const rows = await db.query<ResultTryRecord & { createdAt: Date; try: number | null }>(TRIES, [
    accountId,
    callId,
    sequence,
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
    t.http_status AS "httpStatus", t.error, t.reply, t.duration_ms AS "durationMs"
  FROM results r LEFT JOIN result_tries t USING (account_id, call_id, sequence)
  WHERE r.account_id = $1 AND r.call_id = $2 AND r.sequence = $3 ORDER BY t.try`
