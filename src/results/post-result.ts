import {
  type Clock,
  errorMessage,
  failPoint,
  type GuardedFetch,
  OutdialError,
  traceStop,
} from '#base'
import type { ClaimedResult } from '#store'
import { parseRetryAfter, type TryAnswer } from './delivery-policy.ts'
import { signResult } from './sign-result.ts'

/** So much of an answer is kept, for people who look for what is wrong. */
const REPLY_BYTES = 1024

export interface PostResultOptions {
  readonly fetch: GuardedFetch
  readonly clock: Clock
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** One try of a delivery, whatever came of it. */
export interface PostedTry extends TryAnswer {
  /** Why there was no answer: an error's code and sentence. */
  readonly error?: string
  /** How the answer's body begins; absent where it is empty. */
  readonly reply?: string
  readonly durationMs: number
}

/**
 * POSTs a result or an event once. The body goes out as it was stored, and `webhook-id` is
 * the same at every try, so that the receiver can tell a repetition, and signed so that it can tell
 * that it comes from here (Standard Webhooks). Redirects
 * are not followed: a result goes where the account said, or nowhere. Never rejects.
 */
export async function postResult(
  result: ClaimedResult,
  { fetch, clock, timeoutMs, signal }: PostResultOptions,
): Promise<PostedTry> {
  if (isResult(result)) traceStop('results/post-result', result.callId)
  const startedAt = clock.monotonic()
  const durationMs = (): number => Math.round(clock.monotonic() - startedAt)
  try {
    const { status, headers, body } = await fetch({
      url: result.url,
      method: 'POST',
      headers: headersOf(result, Math.floor(clock.now() / 1000)),
      body: result.body,
      timeoutMs,
      maxBytes: REPLY_BYTES,
      headersOnly: true,
      redirect: 'refuse',
      signal,
    })
    if (status >= 200 && status <= 299) failPoint('i-result-posted')
    const retryAfterSeconds = parseRetryAfter(headers['retry-after'], clock.now())
    return {
      httpStatus: status,
      durationMs: durationMs(),
      ...(body.length === 0 ? {} : { reply: textOf(body) }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    }
  } catch (thrown) {
    const code = thrown instanceof OutdialError ? `${thrown.code}: ` : ''
    const error = code + errorMessage(thrown)
    return { error, durationMs: durationMs(), isBrokenOff: signal.aborted }
  }
}

/** And not an event. */
export function isResult({ sequence }: Pick<ClaimedResult, 'sequence'>): boolean {
  return sequence === 0
}

function headersOf(result: ClaimedResult, timestamp: number): Record<string, string> {
  const { secrets, webhookId } = result
  return {
    'content-type': isResult(result) ? 'application/x-www-form-urlencoded' : 'application/json',
    // What is kept of the answer is to be readable.
    'accept-encoding': 'identity',
    'webhook-id': webhookId,
    'webhook-timestamp': String(timestamp),
    ...(secrets.length === 0
      ? {}
      : { 'webhook-signature': signResult(secrets, { ...result, timestamp }) }),
  }
}

/** As UTF-8, whatever it is; PostgreSQL's text holds no NUL. */
function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString('utf8').replaceAll('\0', '\ufffd')
}
