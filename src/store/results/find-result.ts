import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { RESULT_COLUMNS, type ResultRow } from './list-results.ts'

/** With what is posted. */
export interface FoundResult extends ResultRow {
  readonly body: string
}

/** By the id that its receiver sees; undefined where the account has none such. */
export async function findResult(
  db: Queryable,
  { accountId, webhookId }: { readonly accountId: number; readonly webhookId: string },
): Promise<FoundResult | undefined> {
  const [row] = await db.query<FoundResult>(
    `SELECT ${RESULT_COLUMNS}, r.body FROM results r WHERE account_id = $1 AND webhook_id = $2`,
    [accountId, webhookId],
  )
  return row && withoutNulls<FoundResult>(row)
}
