import type { Queryable } from '../database/database.ts'

export interface FailedSignIn {
  readonly login: string
  readonly user?: string | undefined
  readonly address?: string | undefined
  /** Instead of the database's. */
  readonly now?: Date | undefined
}

/**
 * Notes it in the log of the account, where there is such a login; a name that is no user's is not written down, since
 * people type passwords where names belong.
 */
export async function insertFailedSignIn(
  db: Queryable,
  { login, user, address, now }: FailedSignIn,
): Promise<void> {
  await db.execute(
    `INSERT INTO audit_log (account_id, actor, action, subject, detail, at)
     SELECT account_id, 'somebody', 'signInFailed',
       CASE WHEN $2::text IS NULL THEN 'owner' ELSE coalesce('user ' || user_name, 'no such user') END,
       jsonb_strip_nulls(jsonb_build_object('address', $3::text)),
       coalesce($4::timestamptz, now())
     FROM accounts
       LEFT JOIN (SELECT account_id, name AS user_name FROM users WHERE name = $2) u
         USING (account_id)
     WHERE login = $1`,
    [login, user, address, now],
  )
}
