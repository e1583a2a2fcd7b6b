import type { Queryable } from '../database/database.ts'

/** What signs an account's results from now on; those before it go on beside it for so many seconds. */
export async function insertWebhookSecret(
  db: Queryable,
  secret: {
    readonly accountId: number
    /** Base64. */
    readonly secret: string
    readonly keepOldSeconds: number
  },
): Promise<void> {
  await db.execute(
    `WITH replaced AS (
       UPDATE webhook_secrets
       SET expires_at = least(expires_at, now() + make_interval(secs => $3))
       WHERE account_id = $1 AND (expires_at IS NULL OR expires_at > now())
     )
     INSERT INTO webhook_secrets (account_id, secret) VALUES ($1, $2)`,
    [secret.accountId, secret.secret, secret.keepOldSeconds],
  )
}
