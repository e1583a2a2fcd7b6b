import { OutdialError } from '#base'
import {
  claimIdempotencyKey,
  findIdempotencyKey,
  type KeyedRequest,
  type KnownRequest,
  type Queryable,
} from '#store'

/** What makes a request safe to send again. */
export interface RequestKey {
  /** Chosen by the client, who sends it again with the same request. */
  readonly key: string
  /** A digest of what the request asks for. */
  readonly fingerprint: string
}

/**
 * What the same request was answered before; undefined: it has not been, or has no key.
 *
 * @throws OutdialError `idempotency-key-reused`; `request-in-progress` (temporary)
 */
export async function earlierAnswer<Answer>(
  db: Queryable,
  request: KeyedRequest | undefined,
): Promise<Answer | undefined> {
  if (request === undefined) return undefined
  return answerOf(await findIdempotencyKey(db, request), request)
}

/** Takes the key, in the transaction that does the request's work; else as `earlierAnswer`. */
export async function claimKey<Answer>(
  tx: Queryable,
  request: KeyedRequest | undefined,
): Promise<Answer | undefined> {
  if (request === undefined) return undefined
  return answerOf(await claimIdempotencyKey(tx, request), request)
}

function answerOf<Answer>(
  known: KnownRequest | undefined,
  { method, fingerprint }: KeyedRequest,
): Answer | undefined {
  if (known === undefined) return undefined
  if (known.method !== method || known.fingerprint !== fingerprint) {
    throw new OutdialError(
      'idempotency-key-reused',
      'The Idempotency-Key was sent before with another request; choose a new one for each request.',
      { field: 'Idempotency-Key' },
    )
  }
  if (known.answer !== null) return known.answer as Answer
  throw new OutdialError(
    'request-in-progress',
    'The first request with this Idempotency-Key is still at work; send it again in a while.',
    { field: 'Idempotency-Key', temporary: true },
  )
}
