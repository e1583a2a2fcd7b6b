import type { FetchResponse, Platform } from '../platform.ts'
import type { Cookie } from './cookie.ts'
import type { ResourceRequest } from './resource-request.ts'
import { SessionHttp } from './session-http.ts'

/** A start document that was fetched before its session began; plain data. */
export interface FirstDocument extends FetchResponse {
  /** What was set on the way. */
  readonly cookies?: readonly Cookie[]
}

/**
 * Fetches a start document as the session will do it, redirects and cookies included, while the phone
 * still rings. Rejects with a `FetchFailure`.
 */
export async function fetchFirstDocument(
  platform: Pick<Platform, 'clock' | 'fetch'>,
  request: ResourceRequest,
): Promise<FirstDocument> {
  const http = new SessionHttp({ platform })
  const response = await http.fetch(request)
  return { ...response, cookies: http.cookies }
}
