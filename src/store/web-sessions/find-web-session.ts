import type { Queryable } from '../database/database.ts'
import {
  LIVE_SESSIONS,
  SESSION_COLUMNS,
  type SessionTerms,
  sessionOf,
  type WebSession,
  type WebSessionRow,
} from './live-sessions.ts'

/** By the SHA-256 of its token; undefined where there is none, or it is over. */
export async function findWebSession(
  db: Queryable,
  digest: Uint8Array,
  { idleSeconds, now }: SessionTerms,
): Promise<WebSession | undefined> {
  const [row] = await db.query<WebSessionRow>(
    `SELECT ${SESSION_COLUMNS} FROM ${LIVE_SESSIONS} AND digest = $3`,
    [now, idleSeconds, digest],
  )
  return row && sessionOf(row)
}
