import type { ListKey } from '../call-lists/list-key.ts'
import type { Queryable } from '../database/database.ts'
import type { KeyedRequest } from './claim-idempotency-key.ts'

/** Says which upload a key is at work for, so that it is free again where that one breaks off. */
export function bindIdempotencyKey(
  tx: Queryable,
  { accountId, key }: Pick<KeyedRequest, 'accountId' | 'key'>,
  { listId }: ListKey,
): Promise<number> {
  return tx.execute('UPDATE idempotency_keys SET list_id = $3 WHERE account_id = $1 AND key = $2', [
    accountId,
    key,
    listId,
  ])
}
