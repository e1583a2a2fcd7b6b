import { type DispatchRules, DispatchRuling, mergeRetryPolicies, type RetryPolicy } from '#model'
import { type CampaignKey, type Database, findDispatchRules, type Queryable } from '#store'
import type { CallsContext } from './context.ts'

/** What an account and one of its campaigns say about their calls. */
export interface CampaignRuling {
  readonly ruling: DispatchRuling
  readonly retryPolicy: RetryPolicy
}

/** The rulings of these campaigns, by `campaignKey`. */
export async function findRulings(
  context: CallsContext,
  db: Queryable,
  campaigns: readonly CampaignKey[],
): Promise<ReadonlyMap<string, CampaignRuling>> {
  const distinct = new Map(campaigns.map((key) => [campaignKey(key), key]))
  const found = await findDispatchRules(db, [...distinct.values()])
  return new Map(
    found.map(({ accountId, campaignId, accountRetryPolicy, campaignRetryPolicy, ...rules }) => {
      const retryPolicy = mergeRetryPolicies(campaignRetryPolicy, accountRetryPolicy)
      const ruling = rulingOf(context, rules)
      return [campaignKey({ accountId, campaignId }), { ruling, retryPolicy }]
    }),
  )
}

export function campaignKey({ accountId, campaignId }: CampaignKey): string {
  return `${accountId} ${campaignId}`
}

/** One a database, and so one a process: calendars are worked out once, not at every claim. */
const rulings = new WeakMap<Database, Map<string, DispatchRuling>>()
const MOST_RULINGS = 500

function rulingOf({ db }: CallsContext, rules: DispatchRules): DispatchRuling {
  const known = rulings.get(db) ?? new Map<string, DispatchRuling>()
  rulings.set(db, known)
  const key = JSON.stringify(rules)
  const ruling = known.get(key) ?? new DispatchRuling(rules)
  if (known.size >= MOST_RULINGS) known.clear()
  known.set(key, ruling)
  return ruling
}
