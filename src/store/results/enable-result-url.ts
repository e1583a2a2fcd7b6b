import type { Queryable } from '../database/database.ts'

/** From now on results go there again. 0: it was not disabled. */
export function enableResultUrl(
  db: Queryable,
  { accountId, url }: { readonly accountId: number; readonly url: string },
): Promise<number> {
  return db.execute('DELETE FROM disabled_result_urls WHERE account_id = $1 AND url = $2', [
    accountId,
    url,
  ])
}
