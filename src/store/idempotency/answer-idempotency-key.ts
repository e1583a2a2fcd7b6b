import type { Queryable } from '../database/database.ts'
import type { KeyedRequest } from './claim-idempotency-key.ts'

/** Stores what the request was answered, in the transaction that completes its work. */
export function answerIdempotencyKey(
  tx: Queryable,
  { accountId, key }: Pick<KeyedRequest, 'accountId' | 'key'>,
  answer: unknown,
): Promise<number> {
  return tx.execute('UPDATE idempotency_keys SET answer = $3 WHERE account_id = $1 AND key = $2', [
    accountId,
    key,
    JSON.stringify(answer),
  ])
}
