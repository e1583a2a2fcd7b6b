import type { Queryable } from '../database/database.ts'
import type { ClaimedResult } from './claim-due-results.ts'

export type ResultTryKey = Pick<ClaimedResult, 'accountId' | 'callId' | 'try'>

export interface ResultTry {
  readonly httpStatus?: number | undefined
  /** In words, where no answer came. */
  readonly error?: string | undefined
  readonly durationMs: number
}

/** Writes down what came of one try. 0: it was written before. */
export function recordResultTry(
  db: Queryable,
  key: ResultTryKey,
  made: ResultTry,
): Promise<number> {
  return db.execute(
    `INSERT INTO result_tries (account_id, call_id, try, http_status, error, duration_ms)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [key.accountId, key.callId, key.try, made.httpStatus, made.error, Math.round(made.durationMs)],
  )
}
