import type { StreamedBody } from '#base'
import type { FetchRequest } from '../platform.ts'
import { type MultipartFile, multipartBody } from './multipart-form.ts'

/** What goes over HTTP for a `FetchRequest`. */
export interface WireRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | StreamedBody
}

/**
 * Puts the fields where they belong: into the query (GET) or the body (POST). `recordingOf`: the audio
 * of a recording by its `uri`, for `multipart/form-data`.
 */
export function wireRequest(
  request: FetchRequest,
  recordingOf: (uri: string) => MultipartFile | undefined = () => undefined,
): WireRequest {
  const { method, uri, fields } = request
  const headers = request.headers ?? {}
  if (method === 'GET') return { url: withQuery(uri, fields), method, headers }
  if (request.enctype !== undefined) {
    const { contentType, body } = multipartBody(fields, recordingOf)
    return { url: uri, method, headers: { ...headers, 'content-type': contentType }, body }
  }
  const contentType = 'application/x-www-form-urlencoded'
  return {
    url: uri,
    method,
    headers: { ...headers, 'content-type': contentType },
    body: urlEncoded(fields),
  }
}

/** The address with the fields after whatever query it has already. */
export function withQuery(uri: string, fields: FetchRequest['fields']): string {
  if (fields.length === 0) return uri
  const url = new URL(uri)
  const query = urlEncoded(fields)
  url.search = url.search === '' ? query : `${url.search.slice(1)}&${query}`
  return url.href
}

function urlEncoded(fields: FetchRequest['fields']): string {
  return new URLSearchParams(fields.map(([name, value]) => [name, value])).toString()
}
