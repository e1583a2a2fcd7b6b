import type { RequestKey } from '#calls'
import { readRequestKey } from '../idempotency-key.ts'
import type { FormFields } from './form.ts'

/** Who asks is not what is asked: a client may change its PIN between two tries. */
const NOT_ASKED: readonly string[] = ['login', 'pin']

/**
 * The `Idempotency-Key` of a form and a digest of its fields, the order of which does not matter; undefined
 * where it has no such header.
 *
 * @throws OutdialError `invalid-idempotency-key`
 */
export function readFormKey(
  headers: Headers,
  fields: FormFields,
  fileDigest = '',
): RequestKey | undefined {
  const asked = [...fields].filter(([name]) => !NOT_ASKED.includes(name)).sort(byName)
  return readRequestKey(headers, [asked, fileDigest])
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
