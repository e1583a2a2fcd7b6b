import type { FetchResponse } from '../platform.ts'
import { fetchFailure } from './fetch-failure.ts'
import { header } from './freshness.ts'
import type { ResourceRequest } from './resource-request.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** RFC 9110 section 15.4; a POST that was answered by 301 or 302 goes on as GET, as in every browser. */
export function nextHop(
  hop: ResourceRequest,
  response: FetchResponse,
): ResourceRequest | undefined {
  const location = header(response, 'location')
  if (!REDIRECTS.has(response.status) || location === '') return undefined
  const url = URL.parse(location, response.uri)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw fetchFailure(
      'network',
      `it redirects to ${JSON.stringify(location)}, no http or https address.`,
    )
  }
  url.hash = ''
  const { enctype, ...rest } = hop
  const repeats = hop.method === 'POST' && (response.status === 307 || response.status === 308)
  if (!repeats) return { ...rest, uri: url.href, method: 'GET', fields: [] }
  return { ...rest, uri: url.href, ...(enctype === undefined ? {} : { enctype }) }
}
