import { type GuardedFetch, OutdialError, type OutgoingResponse } from '#base'
import type { UrlCheck } from '#calls'
import { checkDocument } from '#vxml'

/** How long a URL may take to answer its check: the client waits for it. */
const CHECK_TIMEOUT_MS = 10_000
const DOCUMENT_MAX_BYTES = 1 << 20

/**
 * Answers the port of `calls`: when a call is queued, `start_url` and `result_url` are each fetched
 * once by GET and must answer 200, and `start_url` must return VoiceXML.
 */
export function createUrlCheck(fetch: GuardedFetch): UrlCheck {
  return {
    async startUrl(url) {
      const response = await get(fetch, url, 'start_url')
      const fault = checkDocument(response.body, {
        uri: response.url,
        contentType: response.headers['content-type'] ?? '',
      }).find(({ severity }) => severity === 'error')
      if (fault === undefined) return
      throw new OutdialError(
        'start-url-not-voicexml',
        `start_url returned a document that is not valid VoiceXML: line ${fault.line}, ` +
          `column ${fault.column}: ${fault.message}`,
        { field: 'start_url' },
      )
    },
    async resultUrl(url, field = 'result_url') {
      await get(fetch, url, field)
    },
  }
}

type Field = 'start_url' | 'result_url' | 'events_url'

async function get(fetch: GuardedFetch, url: string, field: Field): Promise<OutgoingResponse> {
  let response: OutgoingResponse
  try {
    response = await fetch({
      url,
      method: 'GET',
      timeoutMs: CHECK_TIMEOUT_MS,
      maxBytes: DOCUMENT_MAX_BYTES,
    })
  } catch (error) {
    throw fetchFailure(error, field)
  }
  if (response.status === 200) return response
  throw new OutdialError(
    field === 'start_url' ? 'start-url-status' : 'result-url-status',
    `${field} answered GET with HTTP status ${response.status}; it must answer 200.`,
    { field },
  )
}

function fetchFailure(error: unknown, field: Field): unknown {
  if (!(error instanceof OutdialError)) return error
  const start = field === 'start_url'
  const details = { field, cause: error }
  switch (error.code) {
    case 'fetch-timeout':
      return new OutdialError(
        start ? 'start-url-timeout' : 'result-url-timeout',
        `${field} did not answer within ${CHECK_TIMEOUT_MS / 1000} seconds.`,
        details,
      )
    case 'fetch-blocked':
      return new OutdialError(
        start ? 'start-url-blocked' : 'result-url-blocked',
        `${field} leads to an address that is not public. The operator can allow its network ` +
          'with OUTDIAL_ALLOW_PRIVATE_URLS.',
        details,
      )
    default:
      return new OutdialError(
        start ? 'start-url-unreachable' : 'result-url-unreachable',
        `${field} could not be fetched: ${error.message}`,
        details,
      )
  }
}
