import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'

/** One with which an account's results are signed. */
export interface WebhookSecret {
  /** Base64. */
  readonly secret: string
  readonly createdAt: Date
  /** It has been replaced, and signs until then. */
  readonly expiresAt?: Date
}

/** Those that sign now, the newest first. */
export async function findWebhookSecrets(
  db: Queryable,
  accountId: number,
): Promise<WebhookSecret[]> {
  const rows = await db.query<WebhookSecret>(
    `SELECT secret, created_at AS "createdAt", expires_at AS "expiresAt" FROM webhook_secrets
     WHERE account_id = $1 AND (expires_at IS NULL OR expires_at > now())
     ORDER BY secret_id DESC`,
    [accountId],
  )
  return rows.map((row) => withoutNulls<WebhookSecret>(row))
}
