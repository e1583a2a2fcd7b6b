import type { FetchResponse } from '../platform.ts'
import { header, type Willingness } from './freshness.ts'

/** The wishes of the document go to the caches on the way too (RFC 9111 section 5.2.1). */
export function willingHeaders({
  maxAgeSeconds,
  maxStaleSeconds,
}: Willingness): Record<string, string> {
  const wishes = [
    ...(maxAgeSeconds === undefined ? [] : [`max-age=${maxAgeSeconds}`]),
    ...(maxStaleSeconds === undefined ? [] : [`max-stale=${maxStaleSeconds}`]),
  ]
  return wishes.length === 0 ? {} : { 'cache-control': wishes.join(', ') }
}

/** RFC 9111 section 4.3.1. */
export function conditionalHeaders(known: FetchResponse): Record<string, string> {
  const tag = header(known, 'etag')
  const modified = header(known, 'last-modified')
  return {
    ...(tag === '' ? {} : { 'if-none-match': tag }),
    ...(modified === '' ? {} : { 'if-modified-since': modified }),
  }
}

/** RFC 9111 section 3.2: the headers of a 304 replace those that are kept, but for what describes the body. */
export function freshen(known: FetchResponse, update: FetchResponse): FetchResponse {
  const news = Object.entries(update.headers ?? {}).filter(
    ([name]) => !/^content-(?:length|encoding|range|type)$/.test(name),
  )
  const { age: _, ...kept } = known.headers ?? {}
  return {
    uri: known.uri,
    status: known.status,
    contentType: known.contentType,
    headers: { ...kept, ...Object.fromEntries(news) },
    body: known.body,
  }
}
