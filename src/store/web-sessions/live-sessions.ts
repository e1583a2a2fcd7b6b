import type { Account, Role } from '#model'
import { ACCOUNT_COLUMNS } from '../accounts/account-columns.ts'
import { withoutNulls } from '../database/row.ts'

/** Somebody who is signed in to the pages, as of now. */
export interface WebSession {
  readonly sessionId: number
  readonly account: Account
  /** The user's, as it is now; without a user `owner`. */
  readonly role: Role
  /** Absent, with the name: the account's owner, by its PIN. */
  readonly userId?: number
  readonly userName?: string
  /** That of the installation's key that was joined to it; absent: none, or it is revoked or has expired. */
  readonly installationRole?: Role
  /** Where the sign-in came from, if that was told. */
  readonly address?: string
  readonly createdAt: Date
  readonly lastSeenAt: Date
  /** It ends then at the latest. */
  readonly expiresAt: Date
}

export type WebSessionRow = Account & {
  [Name in Exclude<keyof WebSession, 'account'>]-?: Required<WebSession>[Name] | null
}

/** Not seen for longer than this: over. */
export interface SessionTerms {
  readonly idleSeconds: number
  /** Instead of the database's. */
  readonly now?: Date | undefined
}

export const SESSION_COLUMNS = `
  ${ACCOUNT_COLUMNS}, session_id AS "sessionId", coalesce(user_role, 'owner') AS role,
  user_id AS "userId", user_name AS "userName", address,
  CASE WHEN key_expires_at IS NULL OR key_expires_at > moment THEN key_role END
    AS "installationRole",
  signed_in_at AS "createdAt", last_seen_at AS "lastSeenAt", session_expires_at AS "expiresAt"`

/** What of a key is the account's, not the installation's, gives no rights. $1: `now`, $2: `idleSeconds`. */
export const LIVE_SESSIONS = `
  (SELECT coalesce($1::timestamptz, now()) AS moment) m CROSS JOIN web_sessions s
    JOIN accounts a USING (account_id)
    LEFT JOIN (SELECT user_id, name AS user_name, role AS user_role, password_hash FROM users) u
      USING (user_id)
    LEFT JOIN (
      SELECT key_id AS installation_key_id, role AS key_role, expires_at AS key_expires_at
      FROM api_keys WHERE account_id IS NULL
    ) k USING (installation_key_id)
  WHERE session_expires_at > moment AND last_seen_at > moment - make_interval(secs => $2)
    AND proof = sha256(convert_to(coalesce(password_hash, pin_hash), 'UTF8'))`

export function sessionOf(row: WebSessionRow): WebSession {
  const { sessionId, role, userId, userName, installationRole, address, ...others } = row
  const { createdAt, lastSeenAt, expiresAt, ...account } = others
  const user = { role, userId, userName, installationRole, address }
  return {
    ...withoutNulls<Omit<WebSession, 'account'>>({
      ...{ sessionId, ...user, createdAt, lastSeenAt, expiresAt },
    }),
    account: withoutNulls<Account>(account),
  }
}
