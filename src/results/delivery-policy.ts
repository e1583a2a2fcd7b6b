import { type Random, randomFraction } from '#base'
import type { ResultVerdict } from '#store'

/** How long after each failure the next try is made, and how often there is one. */
export interface DeliverySchedule {
  /** One more try than pauses. */
  readonly pausesSeconds: readonly number[]
  /** Every pause is lengthened or shortened at random by up to this fraction. */
  readonly jitter: number
}

const MINUTE = 60
const HOUR = 3600

/** That of Standard Webhooks, "Retry schedule": ten tries in 75 hours and a half. */
export const DELIVERY_SCHEDULE: DeliverySchedule = {
  pausesSeconds: [
    5,
    5 * MINUTE,
    30 * MINUTE,
    ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR),
  ],
  jitter: 0.2,
}

/** What one try met. */
export interface TryAnswer {
  /** Absent where there was no answer at all. */
  readonly httpStatus?: number
  /** What the receiver asked for in `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** It was ended by us, before there was an answer. */
  readonly isBrokenOff?: boolean
}

/**
 * What follows from a try. `step` counts the failures before it. A 2xx delivers; 410 says that nothing
 * more is wanted there; anything else, a redirect included, is tried again after the next pause, or after
 * what `Retry-After` asks if that is longer, until there is no next pause.
 */
export function decideDelivery(
  answer: TryAnswer,
  step: number,
  random: Random,
  { pausesSeconds, jitter }: DeliverySchedule = DELIVERY_SCHEDULE,
): ResultVerdict {
  const { httpStatus = 0, retryAfterSeconds = 0, isBrokenOff = false } = answer
  if (httpStatus >= 200 && httpStatus <= 299) return { kind: 'delivered' }
  if (httpStatus === 410) return { kind: 'undeliverable', why: 'gone' }
  if (isBrokenOff) return { kind: 'broken-off' }
  const pause = pausesSeconds[step]
  if (pause === undefined) return { kind: 'undeliverable', why: 'exhausted' }
  const jittered = pause * (1 - jitter + 2 * jitter * randomFraction(random))
  return { kind: 'retry', pauseSeconds: Math.max(jittered, retryAfterSeconds) }
}

/** Whether the receiver works, though it may not have taken this one. */
export function isAlive({ httpStatus = 500 }: TryAnswer): boolean {
  return httpStatus < 500 && httpStatus !== 429
}

/**
 * RFC 9110 section 10.2.3: seconds, or an HTTP date. Undefined for anything else. `nowMs`: wall clock.
 * A receiver cannot hold a result back for longer than a day at a time.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? ''
  const seconds = /^\d{1,10}$/.test(text)
    ? Number(text)
    : (Date.parse(httpDate(text)) - nowMs) / 1000
  return Number.isNaN(seconds)
    ? undefined
    : Math.min(LONGEST_RETRY_AFTER_SECONDS, Math.max(0, seconds))
}

const LONGEST_RETRY_AFTER_SECONDS = 24 * HOUR

/** `Date.parse` takes much more than an HTTP date (IMF-fixdate); nothing else is let through to it. */
function httpDate(text: string): string {
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)
    ? text
    : ''
}
