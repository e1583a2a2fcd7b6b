import { isUtf8 } from 'node:buffer'
import { type Clock, OutdialError } from '#base'
import { RequestBody } from '../request-body.ts'
import { DEFAULT_REQUEST_LIMITS } from '../request-limits.ts'

const MAX_BYTES = 64 * 1024

export type Fields = Readonly<Record<string, unknown>>

/**
 * The JSON object that a request carries; an empty one where it carries nothing.
 *
 * @throws OutdialError `unsupported-content-type`, `malformed-json`, `not-utf-8`, and those of `RequestBody`
 */
export async function readFields(request: Request, clock: Clock): Promise<Fields> {
  const bytes = await readBytes(request, clock)
  if (bytes.length === 0) return {}
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json' && mediaType !== 'application/merge-patch+json') {
    throw new OutdialError(
      'unsupported-content-type',
      'The request must be JSON; send it as application/json.',
    )
  }
  if (!isUtf8(bytes))
    throw new OutdialError('not-utf-8', 'The request is not in UTF-8; encode it so.')
  const value = parse(bytes.toString('utf8'))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw malformed('The request is no JSON object; send one like {"lines": 20}.')
}

/** @throws OutdialError `parameter-invalid` */
export function hangUpOf(fields: Fields): boolean {
  refuseOthers(fields, 'a cancel', 'hang_up')
  const { hang_up: hangUp = false } = fields
  if (typeof hangUp === 'boolean') return hangUp
  const sentence = 'hang_up is neither true nor false; send one of them.'
  throw new OutdialError('parameter-invalid', sentence, { field: 'hang_up' })
}

/** @throws OutdialError `parameter-invalid` where there is a field that the request, `what`, does not take */
export function refuseOthers(fields: Fields, what: string, known: string): void {
  const unknown = Object.keys(fields).find((name) => name !== known)
  if (unknown === undefined) return
  const sentence = `${unknown} is nothing that ${what} takes; it takes ${known}.`
  throw new OutdialError('parameter-invalid', sentence, { field: unknown })
}

async function readBytes(request: Request, clock: Clock): Promise<Buffer> {
  const body = new RequestBody(request, {
    clock,
    maxBytes: MAX_BYTES,
    tooLargeCure: 'send less',
    stallMs: DEFAULT_REQUEST_LIMITS.stallMs,
  })
  try {
    return await body.whole()
  } catch (error) {
    await body.discard()
    throw error
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed('The request is not well-formed JSON; mend it.', cause)
  }
}

function malformed(sentence: string, cause?: unknown): OutdialError {
  return new OutdialError('malformed-json', sentence, { cause })
}
