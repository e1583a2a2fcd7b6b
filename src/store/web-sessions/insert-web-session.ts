import type { Queryable } from '../database/database.ts'

export interface NewWebSession {
  /** SHA-256 of the token. */
  readonly digest: Uint8Array
  readonly accountId: number
  /** Absent: the account's owner. */
  readonly userId?: number | undefined
  /** The hash that the PIN or the password was compared with. */
  readonly secretHash: string
  readonly address?: string | undefined
  readonly lifeSeconds: number
  /** Instead of the database's. */
  readonly now?: Date | undefined
}

export async function insertWebSession(db: Queryable, session: NewWebSession): Promise<void> {
  await db.execute(
    `INSERT INTO web_sessions (digest, account_id, user_id, proof, address, signed_in_at,
       last_seen_at, session_expires_at)
     SELECT $1, $2, $3, sha256(convert_to($4, 'UTF8')), $5, moment,
       moment, moment + make_interval(secs => $6)
     FROM coalesce($7::timestamptz, now()) AS moment`,
    [
      ...[session.digest, session.accountId, session.userId, session.secretHash],
      ...[session.address, session.lifeSeconds, session.now],
    ],
  )
}
