import type { ApiKey } from '#calls'

/** A key in the words of the interface; what it is was told when it was made. */
export function keyView({ keyId, name, role: its, createdAt, expiresAt }: ApiKey): object {
  return { key_id: keyId, name, role: its, created_at: createdAt, expires_at: expiresAt }
}
