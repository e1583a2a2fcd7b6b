import type { Queryable } from '../database/database.ts'

export interface KeyedSession {
  /** SHA-256 of the token that it had, and of the one that it has from now on. */
  readonly digest: Uint8Array
  readonly newDigest: Uint8Array
  /** Absent: the rights are given up. */
  readonly keyId?: number | undefined
}

/** Gives a session the rights of a key of the installation, and a new token. */
export async function joinInstallationKey(
  db: Queryable,
  { digest, newDigest, keyId }: KeyedSession,
): Promise<void> {
  await db.execute(
    `UPDATE web_sessions SET digest = $2, installation_key_id = $3 WHERE digest = $1`,
    [digest, newDigest, keyId],
  )
}
