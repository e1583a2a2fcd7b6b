import type { Queryable } from '../database/database.ts'

/** Somebody has used it, `now`, or when the database says. Nothing is written more often than is asked. */
export async function touchWebSession(
  db: Queryable,
  sessionId: number,
  { everySeconds, now }: { readonly everySeconds: number; readonly now?: Date | undefined },
): Promise<void> {
  await db.execute(
    `UPDATE web_sessions SET last_seen_at = moment
     FROM coalesce($2::timestamptz, now()) AS moment
     WHERE session_id = $1 AND last_seen_at <= moment - make_interval(secs => $3)`,
    [sessionId, now, everySeconds],
  )
}
