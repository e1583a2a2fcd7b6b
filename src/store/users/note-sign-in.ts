import type { Queryable } from '../database/database.ts'

/** `now`: instead of the database's. */
export async function noteSignIn(
  db: Queryable,
  userId: number,
  now: Date | undefined,
): Promise<void> {
  await db.execute(
    `UPDATE users SET last_sign_in_at = coalesce($2::timestamptz, now()) WHERE user_id = $1`,
    [userId, now],
  )
}
