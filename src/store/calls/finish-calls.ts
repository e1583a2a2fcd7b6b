import type { AttemptEnding, ClaimedCall } from '#model'
import { type Queryable, RESULTS_DUE } from '../database/database.ts'
import { endingRow } from '../ending-row.ts'

export interface FinishedCall {
  readonly claim: Pick<ClaimedCall, 'accountId' | 'callId' | 'claimEpoch'>
  readonly ending: AttemptEnding
  readonly result: CallResult
}

/** What goes to the `result_url` of the call, or of its campaign; where there is none, nothing is delivered. */
export interface CallResult {
  /** The same on every try. */
  readonly webhookId: string
  /** The form, byte for byte as it will be posted on every try. */
  readonly body: string
  /** What goes to the `events_url` of its campaign or account, where there is one. */
  readonly event: { readonly webhookId: string; readonly sequence: number; readonly body: string }
}

/**
 * Writes the one final outcome of each call, counts it for its campaign and puts its result into the
 * outbox. Returns the ids of those written: of the others the claim is stale, or they had ended already.
 */
export async function finishCalls(
  db: Queryable,
  finished: readonly FinishedCall[],
  now?: Date,
): Promise<number[]> {
  // Sorted, so that two that end some of the same calls do not wait for each other.
  const inOrder = finished.toSorted((a, b) => a.claim.callId - b.claim.callId)
  const rows = inOrder.map(({ claim, ending, result }) => ({
    account_id: claim.accountId,
    call_id: claim.callId,
    claim_epoch: claim.claimEpoch,
    ...endingRow(ending),
    webhook_id: result.webhookId,
    body: result.body,
    event_id: result.event.webhookId,
    event_sequence: result.event.sequence,
    event_body: result.event.body,
  }))
  const ended = await db.query<{ callId: number; hasResult: boolean }>(FINISH, [
    JSON.stringify(rows),
    now,
  ])
  if (ended.some(({ hasResult }) => hasResult)) db.notify(RESULTS_DUE)
  return ended.map(({ callId }) => callId)
}

/**
 * The counts have a row for every so many connections, so that few wait for one another, and are
 * locked in one order, so that none waits for ever.
 */
const FINISH = `
  WITH finish AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS f(account_id integer, call_id integer,
      claim_epoch bigint, outcome text, cause text, sip_status smallint, hangup_by text,
      callee_type text, duration_seconds integer, exit_value text, webhook_id text, body text,
      event_id text, event_sequence integer, event_body text)
  ), ended AS (
    UPDATE calls c
    SET state = 'ended', outcome = f.outcome, cause = f.cause, sip_status = f.sip_status,
        hangup_by = f.hangup_by, callee_type = f.callee_type,
        duration_seconds = f.duration_seconds, exit_value = f.exit_value,
        ended_at = coalesce($2::timestamptz, now()), node_id = NULL, incarnation = NULL
    FROM finish f
    WHERE c.account_id = f.account_id AND c.call_id = f.call_id
      AND c.claim_epoch = f.claim_epoch AND c.state <> 'ended'
    RETURNING c.account_id, c.campaign_id, c.list_id, c.call_id, c.outcome, c.result_url, f.webhook_id, f.body, f.event_id,
      f.event_sequence, f.event_body
  ), posted AS (
    SELECT e.account_id, e.call_id, o.*
    FROM ended e JOIN accounts a USING (account_id) JOIN campaigns p USING (account_id, campaign_id)
    CROSS JOIN LATERAL (VALUES
      (0, e.webhook_id, coalesce(e.result_url, p.result_url), e.body),
      (e.event_sequence, e.event_id, coalesce(p.events_url, a.events_url), e.event_body)
    ) AS o(sequence, webhook_id, url, body)
  ), counted AS (
    INSERT INTO campaign_counts AS k (account_id, campaign_id, list_id, shard, outcome, calls)
    SELECT account_id, campaign_id, list_id, pg_backend_pid() % 16, outcome, count(*)
    FROM ended GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (account_id, campaign_id, list_id, shard, outcome)
      DO UPDATE SET calls = k.calls + excluded.calls
  ), stored AS (
    INSERT INTO results (account_id, call_id, sequence, webhook_id, url, body, due_at, state, why,
      ended_at)
    SELECT o.account_id, o.call_id, o.sequence, o.webhook_id, o.url, o.body, moment,
      CASE WHEN u.url IS NULL THEN 'pending' ELSE 'undeliverable' END,
      CASE WHEN u.url IS NOT NULL THEN 'disabled' END,
      CASE WHEN u.url IS NOT NULL THEN moment END
    FROM posted o
    CROSS JOIN date_trunc('milliseconds', coalesce($2::timestamptz, now())) AS moment
    LEFT JOIN disabled_result_urls u ON u.account_id = o.account_id AND u.url = o.url
    WHERE o.url IS NOT NULL
    RETURNING call_id
  )
  SELECT call_id AS "callId", EXISTS (SELECT FROM stored) AS "hasResult" FROM ended`
