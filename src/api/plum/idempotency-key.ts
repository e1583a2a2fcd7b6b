import { createHash } from 'node:crypto'
import { OutdialError } from '#base'
import type { RequestKey } from '#calls'
import type { FormFields } from './form.ts'

/** Who asks is not what is asked: a client may change its PIN between two tries. */
const NOT_ASKED: readonly string[] = ['login', 'pin']

/**
 * The header `Idempotency-Key` of a request and a digest of its fields, the order of which does not
 * matter; undefined where it has no such header.
 *
 * @throws OutdialError `invalid-idempotency-key`
 */
export function readRequestKey(
  headers: Headers,
  fields: FormFields,
  fileDigest = '',
): RequestKey | undefined {
  const key = headers.get('idempotency-key')
  if (key === null) return undefined
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new OutdialError(
      'invalid-idempotency-key',
      'The Idempotency-Key is not 1 to 255 visible ASCII characters; send for example a UUID.',
      { field: 'Idempotency-Key' },
    )
  }
  const asked = [...fields].filter(([name]) => !NOT_ASKED.includes(name)).sort(byName)
  const digest = createHash('sha256').update(JSON.stringify([asked, fileDigest]))
  return { key, fingerprint: digest.digest('hex') }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
