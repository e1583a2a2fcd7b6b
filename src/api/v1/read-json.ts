import { isUtf8 } from 'node:buffer'
import { type Clock, OutdialError } from '#base'
import { RequestBody } from '../request-body.ts'
import { DEFAULT_REQUEST_LIMITS } from '../request-limits.ts'

const MAX_BYTES = 64 * 1024

/**
 * The JSON object that a request carries; undefined where it carries nothing.
 *
 * @throws OutdialError `unsupported-content-type`, `malformed-json`, `not-utf-8`, and those of `RequestBody`
 */
export async function readJson(
  request: Request,
  clock: Clock,
  maxBytes = MAX_BYTES,
): Promise<object | undefined> {
  const bytes = await readBytes(request, clock, maxBytes)
  if (bytes.length === 0) return undefined
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
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw malformed('The request is no JSON object; send one like {"lines": 20}.')
}

async function readBytes(request: Request, clock: Clock, maxBytes: number): Promise<Buffer> {
  const body = new RequestBody(request, {
    clock,
    maxBytes,
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
