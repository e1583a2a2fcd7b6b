import type { Queryable } from '../database/database.ts'

/** A URL that has answered 410. */
export interface DisabledResultUrl {
  readonly url: string
  readonly disabledAt: Date
  /** The result that was answered so. */
  readonly webhookId: string
}

/** In their order, those after `after`. */
export function listDisabledResultUrls(
  db: Queryable,
  { accountId, after, limit }: { accountId: number; after?: string | undefined; limit: number },
): Promise<DisabledResultUrl[]> {
  return db.query<DisabledResultUrl>(
    `SELECT url, disabled_at AS "disabledAt", webhook_id AS "webhookId" FROM disabled_result_urls
     WHERE account_id = $1 AND url > coalesce($2, '') ORDER BY url LIMIT $3`,
    [accountId, after, limit],
  )
}
