import type { Role } from '#model'

export interface ApiKey {
  readonly keyId: number
  /** For people, to know it by. */
  readonly name: string
  readonly role: Role
  readonly createdAt: Date
  readonly expiresAt?: Date
}

/** A row of `api_keys` as an `ApiKey`; null where absent. */
export const API_KEY_COLUMNS = `
  key_id AS "keyId", name, role, created_at AS "createdAt", expires_at AS "expiresAt"`
