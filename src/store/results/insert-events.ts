import { type Queryable, RESULTS_DUE } from '../database/database.ts'
import type { ResultKey } from './claim-due-results.ts'

/** Something that has happened to a call, to be posted. */
export interface NewEvent extends ResultKey {
  readonly webhookId: string
  readonly url: string
  readonly body: string
}

/** Puts events into the outbox, in the transaction that writes what they tell; each once. */
export async function insertEvents(
  tx: Queryable,
  events: readonly NewEvent[],
  now?: Date,
): Promise<void> {
  const rows = events.map(({ accountId, callId, sequence, webhookId, url, body }) => ({
    account_id: accountId,
    call_id: callId,
    sequence,
    webhook_id: webhookId,
    url,
    body,
  }))
  const inserted = await tx.execute(INSERT, [JSON.stringify(rows), now])
  if (inserted > 0) tx.notify(RESULTS_DUE)
}

const INSERT = `
  INSERT INTO results (account_id, call_id, sequence, webhook_id, url, body, due_at, state, why,
    ended_at)
  SELECT e.account_id, e.call_id, e.sequence, e.webhook_id, e.url, e.body, moment,
    CASE WHEN u.url IS NULL THEN 'pending' ELSE 'undeliverable' END,
    CASE WHEN u.url IS NOT NULL THEN 'disabled' END,
    CASE WHEN u.url IS NOT NULL THEN moment END
  FROM jsonb_to_recordset($1::jsonb) AS e(account_id integer, call_id integer, sequence integer,
    webhook_id text, url text, body text)
  CROSS JOIN date_trunc('milliseconds', coalesce($2::timestamptz, now())) AS moment
  LEFT JOIN disabled_result_urls u ON u.account_id = e.account_id AND u.url = e.url
  ON CONFLICT DO NOTHING`
