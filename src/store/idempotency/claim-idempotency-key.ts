import type { Queryable } from '../database/database.ts'
import { findIdempotencyKey, type KnownRequest } from './find-idempotency-key.ts'

/** A request that its client may send again. */
export interface KeyedRequest {
  readonly accountId: number
  readonly key: string
  readonly method: string
  /** A digest of what the request asks for. */
  readonly fingerprint: string
}

/**
 * Takes a key for a request, in the transaction that does its work; undefined: it is taken now. Else
 * what is known of the request that has it; one that is just being committed is waited for.
 */
export async function claimIdempotencyKey(
  tx: Queryable,
  request: KeyedRequest,
): Promise<KnownRequest | undefined> {
  for (;;) {
    const taken = await tx.execute(
      `INSERT INTO idempotency_keys (account_id, key, method, fingerprint)
       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [request.accountId, request.key, request.method, request.fingerprint],
    )
    if (taken === 1) return undefined
    const known = await findIdempotencyKey(tx, request)
    // Where it was given up in between, it is ours at the next try.
    if (known !== undefined) return known
  }
}
