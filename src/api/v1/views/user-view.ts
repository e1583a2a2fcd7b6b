import type { User } from '#calls'

/** A user in the words of the interface; the password is told to nobody. */
export function userView({ userId, name, role: its, createdAt, lastSignInAt }: User): object {
  const times = { created_at: createdAt, last_sign_in_at: lastSignInAt }
  return { user_id: userId, name, role: its, ...times }
}
