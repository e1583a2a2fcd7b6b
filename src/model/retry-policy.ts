import { z } from 'zod'
import { readRule, ruleError } from './rule-error.ts'

/** Ways for an attempt to end after which there may be another one. */
export const RETRIED_ENDINGS = [
  'busy',
  'no-answer',
  'machine',
  'fax',
  'congestion',
  'declined',
  'trunk-failure',
  'interrupted',
  'unknown',
] as const

export type RetriedEnding = (typeof RETRIED_ENDINGS)[number]

export interface RetryRule {
  readonly retry?: boolean | undefined
  /** Seconds from the end of the attempt; the call's own interval counts where it is longer. */
  readonly interval?: number | undefined
}

/**
 * What becomes of a call after an attempt, as an account or a campaign may say it; what it does not say
 * is as in `docs/reference/retries.md`. How often and how soon at most: the call's `max_retries` and
 * `retry_interval`.
 */
export interface RetryPolicy {
  readonly outcomes?: Readonly<Partial<Record<RetriedEnding, RetryRule>>> | undefined
  /** By final SIP status, `480`; they go before `outcomes`. */
  readonly statuses?: Readonly<Record<string, RetryRule>> | undefined
  /** Up to so many seconds later, by chance. */
  readonly jitter?: number | undefined
  /** Of one call, how many failures of a trunk are not counted as attempts. */
  readonly trunkRetries?: number | undefined
}

/** RFC 8197 section 4, RFC 8688 section 3: the callee, or an analysis for it, wants no more of these. */
export const UNWANTED_STATUSES: readonly (number | undefined)[] = [607, 608]

/** The whole number of seconds that an interval may be. */
const INTERVAL = z
  .int('is not a whole number of seconds; send 60 to 172800')
  .min(60, 'is too short; send 60 to 172800 seconds')
  .max(172_800, 'is too long; send 60 to 172800 seconds')
const RULE = z.strictObject(
  { retry: z.boolean('is neither true nor false').optional(), interval: INTERVAL.optional() },
  { error: unknownKey('a rule has “retry” and “interval”') },
)
const POLICY = z.strictObject(
  {
    outcomes: z
      .partialRecord(
        z.enum(RETRIED_ENDINGS),
        RULE,
        `has rules for ${RETRIED_ENDINGS.join(', ')}, and for nothing else`,
      )
      .optional(),
    statuses: z.record(z.string(), RULE, 'write statuses with their rules').optional(),
    jitter: z
      .int('is not a whole number of seconds; send 0 to 3600')
      .min(0, 'is negative; send 0 to 3600 seconds')
      .max(3600, 'is too long; send 0 to 3600 seconds')
      .optional(),
    trunkRetries: z
      .int('is not a whole number; send 0 to 100')
      .min(0, 'is negative; send 0 to 100')
      .max(100, 'is too many; send 0 to 100')
      .optional(),
  },
  { error: unknownKey('a policy has “outcomes”, “statuses”, “jitter” and “trunkRetries”') },
)

/** @throws OutdialError `rule-invalid`, field `field` */
export function readRetryPolicy(value: unknown, field = 'retry_policy'): RetryPolicy {
  const policy = readRule<RetryPolicy>(POLICY, value, field)
  for (const status of Object.keys(policy.statuses ?? {})) {
    if (UNWANTED_STATUSES.includes(Number(status))) {
      throw ruleError(
        field,
        `${field}.statuses: ${status} is final; the callee wants no more calls.`,
      )
    }
    if (!/^[3-6]\d\d$/.test(status)) {
      throw ruleError(
        field,
        `${field}.statuses: “${status}” is no final SIP status from 300 to 699.`,
      )
    }
  }
  return policy
}

/** The campaign's word counts before the account's, outcome by outcome. */
export function mergeRetryPolicies(
  campaign: RetryPolicy | undefined,
  account: RetryPolicy | undefined,
): RetryPolicy {
  return {
    ...account,
    ...campaign,
    outcomes: { ...account?.outcomes, ...campaign?.outcomes },
    statuses: { ...account?.statuses, ...campaign?.statuses },
  }
}

/** What is wrong with the shape, and what it is made of. */
function unknownKey(parts: string): (issue: { code?: string; keys?: string[] }) => string {
  return ({ keys = [] }) => {
    const unknown = keys.map((key) => `“${key}”`).join(', ')
    return unknown === '' ? `is no object; ${parts}` : `has the unknown ${unknown}; ${parts}`
  }
}
