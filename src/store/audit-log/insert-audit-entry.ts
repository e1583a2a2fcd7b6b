import type { Queryable } from '../database/database.ts'
import type { AuditEntry } from './audit-columns.ts'

export interface NewAuditEntry extends Omit<AuditEntry, 'entryId' | 'at'> {
  /** Absent: the installation's. */
  readonly accountId?: number | undefined
  /** Instead of the database's. */
  readonly now?: Date | undefined
}

export async function insertAuditEntry(db: Queryable, entry: NewAuditEntry): Promise<void> {
  const { accountId, actor, action, subject, detail, now } = entry
  await db.execute(
    `INSERT INTO audit_log (account_id, actor, action, subject, detail, at)
     VALUES ($1, $2, $3, $4, $5::jsonb, coalesce($6::timestamptz, now()))`,
    [accountId, actor, action, subject, detail && JSON.stringify(detail), now],
  )
}
