import type { Queryable } from '../database/database.ts'

/** What is known of a key. */
export interface KnownRequest {
  readonly method: string
  readonly fingerprint: string
  /** Null while the first request is still at work. */
  readonly answer: unknown
}

export async function findIdempotencyKey(
  db: Queryable,
  { accountId, key }: { readonly accountId: number; readonly key: string },
): Promise<KnownRequest | undefined> {
  const [known] = await db.query<KnownRequest>(
    'SELECT method, fingerprint, answer FROM idempotency_keys WHERE account_id = $1 AND key = $2',
    [accountId, key],
  )
  return known
}
