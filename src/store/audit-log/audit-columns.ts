/** What of a request is told in the audit log, by its field: small, and without secrets. */
export type AuditDetail = Readonly<Record<string, unknown>>

/** Something that was done. */
export interface AuditEntry {
  readonly entryId: number
  readonly at: Date
  /** `owner`, `user:NAME`, `key:NAME`, `command line`; with `@LOGIN` where an account's user did it to the installation. */
  readonly actor: string
  /** The id of an operation of the JSON interface, or `signIn` and its like. */
  readonly action: string
  /** What it was done to, such as `campaign 7`; empty: the account, or the installation. */
  readonly subject: string
  readonly detail?: AuditDetail
}

/** A row of `audit_log` as an `AuditEntry`; null where absent. */
export const AUDIT_COLUMNS = `entry_id AS "entryId", at, actor, action, subject, detail`
