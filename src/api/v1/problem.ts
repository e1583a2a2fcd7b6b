import { errorMessage, OutdialError } from '#base'
import { type CallsContext, ListRefusedError, SignInThrottledError } from '#calls'

/** RFC 9457. `code` is that of docs/reference/errors.md; `field` what is at fault, where one is. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: string
  readonly field?: string
  /** The rows of a list that were the reason. */
  readonly refused_rows?: readonly object[]
}

export const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['malformed-json', 400],
  ['upload-broken', 400],
  ['not-utf-8', 400],
  ['if-match-invalid', 400],
  ['invalid-idempotency-key', 400],
  ['authentication', 401],
  ['session-over', 401],
  ['cross-site-request', 403],
  ['role-not-allowed', 403],
  ['no-such-address', 404],
  ['call-not-found', 404],
  ['campaign-not-found', 404],
  ['list-not-found', 404],
  ['account-not-found', 404],
  ['key-not-found', 404],
  ['user-not-found', 404],
  ['session-not-found', 404],
  ['trunk-not-found', 404],
  ['profile-not-found', 404],
  ['recording-not-found', 404],
  ['pcap-not-found', 404],
  ['webhook-secret-missing', 404],
  ['result-not-found', 404],
  ['result-url-not-disabled', 404],
  ['trial-not-found', 404],
  ['trial-busy', 409],
  ['too-many-trials', 409],
  ['result-pending', 409],
  ['call-ended', 409],
  ['call-connected', 409],
  ['campaign-ended', 409],
  ['campaign-is-default', 409],
  ['campaign-closed', 409],
  ['campaign-exists', 409],
  ['account-exists', 409],
  ['user-exists', 409],
  ['trunk-exists', 409],
  ['profile-exists', 409],
  ['profile-in-use', 409],
  ['recording-elsewhere', 409],
  ['recording-key-missing', 409],
  ['recording-key-wrong', 409],
  ['recording-damaged', 409],
  ['campaign-version-conflict', 412],
  ['profile-version-conflict', 412],
  ['upload-stalled', 408],
  ['request-too-large', 413],
  ['unsupported-content-type', 415],
  ['rate-limited', 429],
  ['internal', 500],
])

/** Of what is wrong in itself: the request was understood, and cannot be done (RFC 9110 §15.5.21). */
export const UNPROCESSABLE = 422
export const UNAVAILABLE = 503
const RETRY_AFTER_SECONDS = '5'

/** What is no one's fault but ours is logged, and told without its particulars. */
export function problem({ log }: CallsContext, thrown: unknown, instance: string): Response {
  const error = thrown instanceof OutdialError ? thrown : internal(log, thrown)
  const { code, field, temporary, message } = error
  const status = temporary ? UNAVAILABLE : (STATUS_OF.get(code) ?? UNPROCESSABLE)
  const document: ProblemDocument = {
    type: `urn:outdial:error:${code}`,
    title: code.replaceAll('-', ' '),
    ...{ status, detail: message, instance, code },
    ...(field === undefined ? {} : { field }),
    ...(thrown instanceof ListRefusedError ? { refused_rows: thrown.rows } : {}),
  }
  return new Response(`${JSON.stringify(document)}\n`, {
    status,
    headers: { 'content-type': 'application/problem+json', ...headersOf(status, error) },
  })
}

function headersOf(status: number, error: OutdialError): Record<string, string> {
  if (error instanceof SignInThrottledError) {
    return { 'retry-after': String(error.retryAfterSeconds) }
  }
  if (status === 401) return { 'www-authenticate': 'Basic realm="Outdial", charset="UTF-8"' }
  return status === UNAVAILABLE ? { 'retry-after': RETRY_AFTER_SECONDS } : {}
}

function internal(log: CallsContext['log'], thrown: unknown): OutdialError {
  log.error('a request failed', { error: errorMessage(thrown) })
  return new OutdialError('internal', 'The server failed; try again, and tell its operator.')
}
