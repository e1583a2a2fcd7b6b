import type { AttemptEnding, ClaimedCall, Outcome } from '#model'
import type { Database } from '#store'
import { claimAnyDue } from './store-fixture.ts'

export interface TestCampaign {
  readonly accountId: number
  readonly campaignId: number
  readonly listId: number
  /** In the order of the list. */
  readonly callIds: readonly number[]
}

/** A campaign with a complete list of so many calls that are due at `dueAt`. */
export async function addTestCampaign(
  db: Database,
  campaign: {
    readonly accountId: number
    readonly name: string
    readonly calls: number
    readonly dueAt: Date
    readonly resultUrl?: string
    readonly maxRetries?: number
    readonly startUrl?: string
    /** E.164, by the place in the list, from 0. */
    readonly destination?: (index: number) => string
  },
): Promise<TestCampaign> {
  const { accountId, name, calls, dueAt, resultUrl, maxRetries = 2 } = campaign
  const { startUrl = 'http://127.0.0.1:1/', destination = numberOf } = campaign
  const destinations = Array.from({ length: calls }, (_, index) => destination(index))
  // At once: of a campaign without calls a server would think that it is over.
  return db.transaction(async (tx) => {
    const [made] = await tx.query<{ campaignId: number }>(
      `INSERT INTO campaigns (account_id, name, start_url, result_url, max_retries,
         retry_interval_seconds)
       VALUES ($1, $2, $5, $3, $4, 60) RETURNING campaign_id AS "campaignId"`,
      [accountId, name, resultUrl, maxRetries, startUrl],
    )
    const campaignId = made?.campaignId ?? 0
    const [list] = await tx.query<{ listId: number }>(
      `INSERT INTO call_lists (account_id, campaign_id, kind, state, accepted, completed_at)
       VALUES ($1, $2, 'bulk', 'complete', $3, now()) RETURNING list_id AS "listId"`,
      [accountId, campaignId, calls],
    )
    const listId = list?.listId ?? 0
    const rows = await tx.query<{ callId: number }>(
      `INSERT INTO calls (account_id, campaign_id, list_id, phone_number, destination, scheduled_at,
         due_at)
       SELECT $1, $2, $3, destination, destination, $4, $4
       FROM unnest($5::text[]) destination RETURNING call_id AS "callId"`,
      [accountId, campaignId, listId, dueAt, destinations],
    )
    return { accountId, campaignId, listId, callIds: rows.map(({ callId }) => callId) }
  })
}

function numberOf(index: number): string {
  return `+16177${String(index).padStart(6, '0')}`
}

/** Claims so many of what is due, for a node of the test. */
export function claimForTest(db: Database, limit: number, now: Date): Promise<ClaimedCall[]> {
  return claimAnyDue(db, { nodeId: 'n1', limit, now })
}

export function endingOf(outcome: Outcome): AttemptEnding {
  return { outcome, cause: outcome, calleeType: '', durationSeconds: 0 }
}
