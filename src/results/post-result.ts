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
  readonly durationMs: number
}

/**
 * POSTs a result once. The body goes out as it was stored when the call ended, and `webhook-id` is
 * the same at every try, so that the receiver can tell a repetition, and signed so that it can tell
 * that it comes from here (Standard Webhooks). Redirects
 * are not followed: a result goes where the account said, or nowhere. Never rejects.
 */
export async function postResult(
  result: ClaimedResult,
  { fetch, clock, timeoutMs, signal }: PostResultOptions,
): Promise<PostedTry> {
  traceStop('results/post-result', result.callId)
  const startedAt = clock.monotonic()
  const durationMs = (): number => Math.round(clock.monotonic() - startedAt)
  const timestamp = Math.floor(clock.now() / 1000)
  const { secrets } = result
  try {
    const { status, headers } = await fetch({
      url: result.url,
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'webhook-id': result.webhookId,
        'webhook-timestamp': String(timestamp),
        ...(secrets.length === 0
          ? {}
          : { 'webhook-signature': signResult(secrets, { ...result, timestamp }) }),
      },
      body: result.body,
      timeoutMs,
      maxBytes: 0,
      headersOnly: true,
      redirect: 'refuse',
      signal,
    })
    if (status >= 200 && status <= 299) failPoint('i-result-posted')
    const retryAfterSeconds = parseRetryAfter(headers['retry-after'], clock.now())
    return {
      httpStatus: status,
      durationMs: durationMs(),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    }
  } catch (thrown) {
    const code = thrown instanceof OutdialError ? `${thrown.code}: ` : ''
    return { error: code + errorMessage(thrown), durationMs: durationMs() }
  }
}
