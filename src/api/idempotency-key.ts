import { createHash } from 'node:crypto'
import { OutdialError } from '#base'
import type { RequestKey } from '#calls'

/**
 * The header `Idempotency-Key` of a request and a digest of what it asks for; undefined where it has no such
 * header. `asked`: JSON-safe.
 *
 * @throws OutdialError `invalid-idempotency-key`
 */
export function readRequestKey(headers: Headers, asked: unknown): RequestKey | undefined {
  const key = headers.get('idempotency-key')
  if (key === null) return undefined
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new OutdialError(
      'invalid-idempotency-key',
      'The Idempotency-Key is not 1 to 255 visible ASCII characters; send for example a UUID.',
      { field: 'Idempotency-Key' },
    )
  }
  const fingerprint = createHash('sha256').update(JSON.stringify(asked)).digest('hex')
  return { key, fingerprint }
}
