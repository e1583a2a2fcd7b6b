import type { Role } from '#model'

/** Somebody of an account who signs in by name. */
export interface User {
  readonly userId: number
  /** Unique within the account. */
  readonly name: string
  readonly role: Role
  readonly createdAt: Date
  /** Absent: never yet. */
  readonly lastSignInAt?: Date
}

/** A row of `users` as a `User`; null where absent. */
export const USER_COLUMNS = `
  user_id AS "userId", name, role, created_at AS "createdAt", last_sign_in_at AS "lastSignInAt"`
