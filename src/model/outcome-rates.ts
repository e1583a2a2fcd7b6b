import { z } from 'zod'
import { type Random, randomFraction } from '#base'
import type { AttemptEnding } from './outcome.ts'
import { RETRIED_ENDINGS } from './retry-policy.ts'
import { readRule, ruleError } from './rule-error.ts'

/** What attempts of a campaign may be expected to end as. */
export const RATED_ENDINGS = ['answered', 'invalid-number', ...RETRIED_ENDINGS] as const

export type RatedEnding = (typeof RATED_ENDINGS)[number]

/** How attempts are expected to end. */
export interface OutcomeRates {
  /** Of every attempt; together 1. What is left out does not happen. */
  readonly shares: Readonly<Partial<Record<RatedEnding, number>>>
  /** From the INVITE to the answer, or to the end without one. */
  readonly ringSeconds: number
  /** Of a connected call; single calls last shorter and longer, exponentially distributed. */
  readonly talkSeconds: number
}

/** Where nothing is given and there is no history to learn from. */
export const DEFAULT_RATES: OutcomeRates = {
  shares: {
    answered: 0.3,
    machine: 0.15,
    'no-answer': 0.4,
    busy: 0.06,
    congestion: 0.03,
    declined: 0.02,
    'invalid-number': 0.04,
  },
  ringSeconds: 18,
  talkSeconds: 40,
}

/**
 * Reads rates as people write them: `{"answered": 0.4, "busy": 0.1, "ringSeconds": 20}`. What they leave of
 * the shares is spread over the other endings as `base` has them.
 *
 * @throws OutdialError `rule-invalid`, field `field`
 */
export function readOutcomeRates(
  value: unknown,
  base: OutcomeRates,
  field = 'rates',
): OutcomeRates {
  const { ringSeconds, talkSeconds, ...shares } = readRule(RATES, value, field)
  const given = new Map(Object.entries(shares).filter((entry) => entry[1] !== undefined))
  const sum = total([...given.values()])
  if (sum > 1 + TOLERANCE) {
    throw ruleError(field, `${field}: the shares are ${round(sum)} together; they may be 1.`)
  }
  const others = Object.entries(base.shares).filter(([ending]) => !given.has(ending))
  const left = total(others.map(([, share]) => share))
  if (left === 0 && sum < 1 - TOLERANCE) {
    throw ruleError(field, `${field}: the shares are ${round(sum)} together; name all, up to 1.`)
  }
  const spread = others.map(
    ([ending, share]) => [ending, (share * (1 - sum)) / (left || 1)] as const,
  )
  return {
    shares: Object.fromEntries([...spread, ...given]),
    ringSeconds: ringSeconds ?? base.ringSeconds,
    talkSeconds: talkSeconds ?? base.talkSeconds,
  }
}

const TOLERANCE = 1e-9

function total(shares: readonly (number | undefined)[]): number {
  return shares.reduce<number>((sum, share = 0) => sum + share, 0)
}

const SHARE = z
  .number('is not a number; send a share from 0 to 1')
  .min(0, 'is negative; send a share from 0 to 1')
  .max(1, 'is more than 1; send a share from 0 to 1')
  .optional()
const SECONDS = z
  .number('is not a number of seconds')
  .min(0, 'is negative; send seconds from 0 to 86400')
  .max(86_400, 'is too long; send seconds from 0 to 86400')
  .optional()
const RATES = z.strictObject(
  {
    ...(Object.fromEntries(RATED_ENDINGS.map((ending) => [ending, SHARE])) as Record<
      RatedEnding,
      typeof SHARE
    >),
    ringSeconds: SECONDS,
    talkSeconds: SECONDS,
  },
  `has shares for ${RATED_ENDINGS.join(', ')}, and “ringSeconds” and “talkSeconds”; nothing else`,
)

function round(share: number): number {
  return Math.round(share * 1000) / 1000
}

/** One attempt as it might go. */
export interface DrawnAttempt {
  readonly ending: Pick<AttemptEnding, 'outcome' | 'calleeType'>
  readonly seconds: number
  readonly answered: boolean
}

/** Busy lines and trunks without a free one are heard of soon. */
const REFUSED_SECONDS = 2
const UNANSWERED_SECONDS = 30

/** Draws attempts by their rates. */
export function attemptDrawer(rates: OutcomeRates, random: Random): () => DrawnAttempt {
  const bounds: { readonly ending: RatedEnding; readonly below: number }[] = []
  for (const ending of RATED_ENDINGS) {
    const below = (bounds.at(-1)?.below ?? 0) + (rates.shares[ending] ?? 0)
    bounds.push({ ending, below })
  }
  return () => {
    const point = randomFraction(random)
    const found = bounds.find(({ below }) => point < below)
    return drawn(found?.ending ?? 'no-answer', rates, random)
  }
}

function drawn(ending: RatedEnding, rates: OutcomeRates, random: Random): DrawnAttempt {
  const { ringSeconds } = rates
  switch (ending) {
    case 'answered':
    case 'machine':
    case 'fax': {
      const talk = -Math.log(1 - randomFraction(random)) * rates.talkSeconds
      const calleeType = ({ answered: 'voice', machine: 'answeringmachine', fax: 'fax' } as const)[
        ending
      ]
      return {
        ending: { outcome: 'answered', calleeType },
        seconds: ringSeconds + talk,
        answered: true,
      }
    }
    case 'no-answer':
      return unanswered(ending, Math.max(ringSeconds, UNANSWERED_SECONDS))
    case 'declined':
      return unanswered(ending, ringSeconds)
    default:
      return unanswered(ending, REFUSED_SECONDS)
  }
}

function unanswered(
  outcome: Exclude<RatedEnding, 'machine' | 'fax' | 'answered'>,
  seconds: number,
): DrawnAttempt {
  return { ending: { outcome, calleeType: '' }, seconds, answered: false }
}
