import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { AUDIT_COLUMNS, type AuditEntry } from './audit-columns.ts'

export interface AuditListing {
  /** Undefined: the installation's. */
  readonly accountId: number | undefined
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly from?: Date | undefined
  /** What was done then is not in it. */
  readonly to?: Date | undefined
  /** Goes on after this one, of an earlier page. */
  readonly beforeId?: number | undefined
  readonly limit: number
}

/** The newest first. */
export async function listAuditEntries(
  db: Queryable,
  { accountId, action, actor, from, to, beforeId, limit }: AuditListing,
): Promise<AuditEntry[]> {
  const rows = await db.query<AuditEntry>(
    `SELECT ${AUDIT_COLUMNS} FROM audit_log
     WHERE ${accountId === undefined ? '$1::integer IS NULL AND account_id IS NULL' : 'account_id = $1'}
       AND ($2::text IS NULL OR action = $2) AND ($3::text IS NULL OR actor = $3)
       AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)
       AND entry_id < coalesce($6::integer, 2147483647)
     ORDER BY entry_id DESC LIMIT $7`,
    [accountId, action, actor, from, to, beforeId, limit],
  )
  return rows.map((row) => withoutNulls<AuditEntry>(row))
}
