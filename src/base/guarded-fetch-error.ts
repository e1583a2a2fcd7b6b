import { errorMessage, OutdialError } from './error.ts'

/** What Node and undici reject with, in our words. */
export function asFetchError(thrown: unknown): OutdialError {
  if (thrown instanceof OutdialError) return thrown
  const code = String((thrown as { code?: unknown } | null)?.code ?? '')
  const details = { temporary: true, cause: thrown }
  if (code === 'ECONNREFUSED') {
    return new OutdialError('fetch-refused', 'Nobody answers there: connection refused.', details)
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new OutdialError('fetch-timeout', 'The connection was not answered in time.', details)
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new OutdialError('fetch-too-large', "The answer's headers are too long.", {
      cause: thrown,
    })
  }
  if (code === 'ENOTFOUND') {
    return new OutdialError('fetch-failed', 'The host name does not exist.', details)
  }
  return new OutdialError('fetch-failed', `No answer: ${errorMessage(thrown)}`, details)
}
