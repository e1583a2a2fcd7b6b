import { assert, traceStop } from '#base'
import { CALLS_DUE, type Queryable } from '../database/database.ts'

export interface NewCall {
  readonly accountId: number
  readonly campaignId: number
  readonly phoneNumber: string
  readonly destination: string
  readonly callerId?: string | undefined
  readonly postDial?: string | undefined
  readonly startUrl: string
  readonly resultUrl?: string | undefined
  readonly messageReference: string
  readonly callParameters: string
  readonly maxRetries: number
  readonly retryIntervalSeconds: number
  /** When the first attempt is due; absent: now, by the database's clock. */
  readonly scheduledAt?: Date | undefined
  readonly expiresAt?: Date | undefined
  /** For tests: what to take for now. */
  readonly now?: Date
}

/**
 * Queues calls among the single ones of their campaigns, wakes whoever listens to `calls_due`, and
 * returns the ids in the order of the calls.
 */
export async function insertCalls(db: Queryable, calls: readonly NewCall[]): Promise<number[]> {
  const rows = calls.map((call, place) => ({
    place,
    account_id: call.accountId,
    campaign_id: call.campaignId,
    phone_number: call.phoneNumber,
    destination: call.destination,
    caller_id: call.callerId,
    post_dial: call.postDial,
    start_url: call.startUrl,
    result_url: call.resultUrl,
    message_reference: call.messageReference,
    call_parameters: call.callParameters,
    max_retries: call.maxRetries,
    retry_interval_seconds: call.retryIntervalSeconds,
    scheduled_at: call.scheduledAt ?? call.now,
    expires_at: call.expiresAt,
  }))
  const [inserted] = await db.query<{ ids: number[] | null }>(INSERT, [JSON.stringify(rows)])
  const ids = inserted?.ids ?? []
  if (ids.length > 0) db.notify(CALLS_DUE)
  assert(ids.length === calls.length, 'every campaign has its list of single calls')
  for (const callId of ids) traceStop('store/calls/insert-calls', callId)
  return ids
}

/**
 * The ids are drawn first, so that each is known by its place. Due times are truncated, not rounded: a call
 * that is due now must not be due half a millisecond from now.
 */
const INSERT = `
  WITH new AS MATERIALIZED (
    SELECT n.*, l.list_id, nextval(pg_get_serial_sequence('calls', 'call_id')) AS call_id,
      date_trunc('milliseconds', coalesce(n.scheduled_at, now())) AS due_at
    FROM jsonb_to_recordset($1::jsonb) AS n(place integer, account_id integer,
      campaign_id integer, phone_number text, destination text, caller_id text, post_dial text,
      start_url text, result_url text, message_reference text, call_parameters text,
      max_retries smallint, retry_interval_seconds integer, scheduled_at timestamptz,
      expires_at timestamptz)
    JOIN call_lists l ON l.account_id = n.account_id AND l.campaign_id = n.campaign_id
      AND l.kind = 'single' AND l.state = 'complete'
  ), inserted AS (
    INSERT INTO calls (call_id, account_id, campaign_id, list_id, phone_number, destination,
      caller_id, post_dial, start_url, result_url, message_reference, call_parameters,
      max_retries, retry_interval_seconds, scheduled_at, due_at, expires_at)
    OVERRIDING SYSTEM VALUE
    SELECT call_id, account_id, campaign_id, list_id, phone_number, destination, caller_id,
      post_dial, start_url, result_url, message_reference, call_parameters, max_retries,
      retry_interval_seconds, due_at, due_at, expires_at
    FROM new
    RETURNING call_id
  )
  SELECT array_agg(new.call_id::integer ORDER BY new.place) AS ids
  FROM new JOIN inserted USING (call_id)`
