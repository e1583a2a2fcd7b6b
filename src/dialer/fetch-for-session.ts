import { OutdialError } from '#base'
import {
  type FetchFailure,
  type FetchRequest,
  type FetchResponse,
  type MultipartFile,
  wireRequest,
} from '#vxml'
import type { Dialer } from './dialer.ts'

/** What of a dialer fetches. */
export interface Fetcher extends Pick<Dialer, 'fetch'> {
  readonly settings: Pick<Dialer['settings'], 'documentMaxBytes'>
}

/**
 * The interpreter's fetch, through the one guarded fetch: one request, one answer. Redirects come back
 * as they are; whoever follows one comes here again, and the new address is checked anew. Rejects with
 * a `FetchFailure`. `recordingOf`: what the call has recorded, for forms that send it.
 */
export async function fetchForSession(
  dialer: Fetcher,
  request: FetchRequest,
  recordingOf?: (uri: string) => MultipartFile | undefined,
): Promise<FetchResponse> {
  try {
    const { url, headers, setCookies, body, status } = await dialer.fetch({
      ...wireRequest(request, recordingOf),
      timeoutMs: request.timeoutMs,
      maxBytes: dialer.settings.documentMaxBytes,
      redirect: 'refuse',
    })
    const { 'set-cookie': _joined, ...others } = headers
    return {
      uri: url,
      status,
      contentType: headers['content-type'] ?? '',
      headers: others,
      setCookies,
      body,
    }
  } catch (error) {
    throw failureOf(error)
  }
}

const REASONS: Readonly<Record<string, FetchFailure['reason']>> = {
  'fetch-timeout': 'timeout',
  'fetch-refused': 'refused',
  'fetch-blocked': 'blocked',
  'fetch-too-large': 'too-large',
}

function failureOf(error: unknown): FetchFailure & Error {
  const cause = error instanceof Error ? error : new Error(String(error))
  const reason = (error instanceof OutdialError && REASONS[error.code]) || 'network'
  return Object.assign(new Error(cause.message, { cause }), { reason })
}
