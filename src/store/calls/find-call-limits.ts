import type { CallState, ClaimedCall } from '#model'
import type { Queryable } from '../database/database.ts'

/** What limits the calls of one call's account and campaign, null: nothing. */
export interface CallLimits {
  /** The one that it has a line on. */
  readonly trunk: string | null
  readonly accountLines: number | null
  readonly accountCallsPerSecond: number | null
  readonly campaignId: number
  readonly campaignLines: number | null
  readonly campaignCallsPerSecond: number | null
}

/** Undefined where the claim is stale, the call is to be ended, or in none of these states. */
export async function findCallLimits(
  db: Queryable,
  claim: Pick<ClaimedCall, 'accountId' | 'callId' | 'claimEpoch'>,
  states: readonly CallState[],
): Promise<CallLimits | undefined> {
  const [limits] = await db.query<CallLimits>(
    `SELECT c.trunk, a.lines AS "accountLines", a.calls_per_second AS "accountCallsPerSecond",
       p.campaign_id AS "campaignId", p.lines AS "campaignLines",
       p.calls_per_second AS "campaignCallsPerSecond"
     FROM calls c
     JOIN accounts a ON a.account_id = c.account_id
     JOIN campaigns p ON p.account_id = c.account_id AND p.campaign_id = c.campaign_id
     WHERE c.account_id = $1 AND c.call_id = $2 AND c.claim_epoch = $3
       AND c.state = ANY ($4::text[]) AND c.cancel IS NULL`,
    [claim.accountId, claim.callId, claim.claimEpoch, states],
  )
  return limits
}
