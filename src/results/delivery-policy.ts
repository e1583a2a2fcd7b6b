import { type Random, randomFraction } from '#base'

/** Pauses between the tries of one delivery. */
export interface DeliverySchedule {
  readonly firstPauseSeconds: number
  /** Every pause is so many times the one before. */
  readonly factor: number
  readonly longestPauseSeconds: number
  /** Every pause is lengthened or shortened at random by up to this fraction. */
  readonly jitter: number
  /** From the end of the call; a try that would come later is not made. */
  readonly giveUpAfterSeconds: number
}

/** 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 5.7 h, and then every 6 h: about 18 tries in three days. */
export const DELIVERY_SCHEDULE: DeliverySchedule = {
  firstPauseSeconds: 5,
  factor: 4,
  longestPauseSeconds: 6 * 3600,
  jitter: 0.2,
  giveUpAfterSeconds: 3 * 24 * 3600,
}

/** What one try met. */
export interface TryAnswer {
  /** Absent where there was no answer at all. */
  readonly httpStatus?: number
  /** What the receiver asked for in `Retry-After`. */
  readonly retryAfterSeconds?: number
}

export type DeliveryDecision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly pauseSeconds: number }
  | { readonly kind: 'undeliverable'; readonly why: 'gone' | 'too-old' }

/**
 * What follows from a try. `tries` counts this one. A 2xx delivers; 410 says that the receiver wants
 * no more of it; anything else, a redirect included, is tried again after a growing pause, or after
 * what `Retry-After` asks if that is longer, until the result is three days old.
 */
export function decideDelivery(
  answer: TryAnswer,
  { tries, ageSeconds }: { readonly tries: number; readonly ageSeconds: number },
  random: Random,
  schedule: DeliverySchedule = DELIVERY_SCHEDULE,
): DeliveryDecision {
  const { httpStatus = 0, retryAfterSeconds = 0 } = answer
  if (httpStatus >= 200 && httpStatus <= 299) return { kind: 'delivered' }
  if (httpStatus === 410) return { kind: 'undeliverable', why: 'gone' }
  const pauseSeconds = Math.max(jitteredPause(tries, random, schedule), retryAfterSeconds)
  return ageSeconds + pauseSeconds > schedule.giveUpAfterSeconds
    ? { kind: 'undeliverable', why: 'too-old' }
    : { kind: 'retry', pauseSeconds }
}

function jitteredPause(tries: number, random: Random, schedule: DeliverySchedule): number {
  const { firstPauseSeconds, factor, longestPauseSeconds, jitter } = schedule
  const pause = Math.min(longestPauseSeconds, firstPauseSeconds * factor ** (tries - 1))
  return pause * (1 - jitter + 2 * jitter * randomFraction(random))
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

const LONGEST_RETRY_AFTER_SECONDS = 24 * 3600

/** `Date.parse` takes much more than an HTTP date (IMF-fixdate); nothing else is let through to it. */
function httpDate(text: string): string {
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)
    ? text
    : ''
}
