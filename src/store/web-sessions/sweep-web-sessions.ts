import type { Queryable } from '../database/database.ts'
import type { SessionTerms } from './live-sessions.ts'

/** Removes those whose time is over. Returns how many. */
export function sweepWebSessions(
  db: Queryable,
  { idleSeconds, now }: SessionTerms,
): Promise<number> {
  return db.execute(
    `DELETE FROM web_sessions USING coalesce($1::timestamptz, now()) AS moment
     WHERE session_expires_at <= moment OR last_seen_at <= moment - make_interval(secs => $2)`,
    [now, idleSeconds],
  )
}
