/** RFC 3261 §8.2.6: the response to a request. */
import { HeaderFields, type HeaderLine } from './header-fields.ts'
import { EMPTY_BODY, type SipRequest, type SipResponse } from './message.ts'
import { reasonPhrase } from './status.ts'

export interface ResponseParts {
  readonly reason?: string
  /** Added to To where the request has no tag yet. Never for 100. */
  readonly toTag?: string
  readonly headers?: Iterable<HeaderLine>
  readonly body?: Uint8Array
  readonly contentType?: string
}

export function createResponse(
  request: SipRequest,
  status: number,
  parts: ResponseParts = {},
): SipResponse {
  const headers = new HeaderFields()
  for (const via of request.headers.all('Via')) headers.add('Via', via)
  if (status === 100) copy(request, headers, 'Timestamp')
  copy(request, headers, 'From')
  const to = request.headers.get('To')
  if (to !== undefined) headers.add('To', withTag(to, parts.toTag))
  copy(request, headers, 'Call-ID')
  copy(request, headers, 'CSeq')
  for (const [name, value] of parts.headers ?? []) headers.add(name, value)
  const body = parts.body ?? EMPTY_BODY
  if (body.length > 0) headers.add('Content-Type', parts.contentType ?? 'application/sdp')
  const reason = parts.reason ?? reasonPhrase(status)
  return { kind: 'response', status, reason, version: 'SIP/2.0', headers, body }
}

function withTag(to: string, tag: string | undefined): string {
  return tag === undefined || /;\s*tag\s*=/i.test(to) ? to : `${to};tag=${tag}`
}

function copy(request: SipRequest, headers: HeaderFields, name: string): void {
  const value = request.headers.get(name)
  if (value !== undefined) headers.add(name, value)
}
