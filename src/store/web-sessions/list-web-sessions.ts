import type { Queryable } from '../database/database.ts'
import {
  LIVE_SESSIONS,
  SESSION_COLUMNS,
  type SessionTerms,
  sessionOf,
  type WebSession,
  type WebSessionRow,
} from './live-sessions.ts'

export interface WebSessionPage extends SessionTerms {
  readonly accountId: number
  /** A session's id. */
  readonly after?: number | undefined
  readonly limit: number
}

/** A page of those who are signed in to an account, the first one first. */
export async function listWebSessions(
  db: Queryable,
  { accountId, after, limit, idleSeconds, now }: WebSessionPage,
): Promise<WebSession[]> {
  const rows = await db.query<WebSessionRow>(
    `SELECT ${SESSION_COLUMNS} FROM ${LIVE_SESSIONS}
       AND account_id = $3 AND session_id > coalesce($4, 0) ORDER BY session_id LIMIT $5`,
    [now, idleSeconds, accountId, after, limit],
  )
  return rows.map(sessionOf)
}
