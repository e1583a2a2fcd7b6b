import type { Queryable } from '../database/database.ts'

/** One by its token's digest or its id, those of a user, or those of an account's owner. */
export type SessionsToEnd =
  | { readonly digest: Uint8Array }
  | { readonly accountId: number; readonly sessionId: number }
  | { readonly accountId: number; readonly userId: number | undefined }

/** Returns how many there were. */
export function deleteWebSessions(db: Queryable, which: SessionsToEnd): Promise<number> {
  if ('digest' in which) {
    return db.execute('DELETE FROM web_sessions WHERE digest = $1', [which.digest])
  }
  const { accountId } = which
  if ('sessionId' in which) {
    return db.execute('DELETE FROM web_sessions WHERE account_id = $1 AND session_id = $2', [
      accountId,
      which.sessionId,
    ])
  }
  return db.execute(
    `DELETE FROM web_sessions
     WHERE account_id = $1 AND user_id IS NOT DISTINCT FROM $2::integer`,
    [accountId, which.userId],
  )
}
