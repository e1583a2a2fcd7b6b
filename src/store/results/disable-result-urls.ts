import type { Queryable } from '../database/database.ts'
import type { ClaimedResult } from './claim-due-results.ts'

/**
 * URLs that have answered 410: what is pending there becomes undeliverable, and so does, as it is stored,
 * what is still to come. Rows that others hold just now find out by themselves. Returns how many URLs
 * were not disabled before.
 */
export async function disableResultUrls(
  tx: Queryable,
  gone: readonly Pick<ClaimedResult, 'accountId' | 'url' | 'webhookId'>[],
  now?: Date,
): Promise<number> {
  const rows = gone.map(({ accountId, url, webhookId }) => ({
    account_id: accountId,
    url,
    webhook_id: webhookId,
  }))
  const [answer] = await tx.query<{ disabled: number }>(DISABLE, [JSON.stringify(rows), now])
  return answer?.disabled ?? 0
}

const DISABLE = `
  WITH gone AS (
    SELECT DISTINCT ON (account_id, url) *
    FROM jsonb_to_recordset($1::jsonb) AS g(account_id integer, url text, webhook_id text)
    ORDER BY account_id, url
  ), disabled AS (
    INSERT INTO disabled_result_urls (account_id, url, disabled_at, webhook_id)
    SELECT account_id, url, coalesce($2::timestamptz, now()), webhook_id FROM gone
    ON CONFLICT DO NOTHING
    RETURNING url
  ), pending AS (
    SELECT r.account_id, r.call_id, r.sequence FROM gone g
    JOIN results r ON r.account_id = g.account_id AND r.url = g.url AND r.state = 'pending'
    ORDER BY r.account_id, r.call_id, r.sequence
    FOR UPDATE OF r SKIP LOCKED
  ), swept AS (
    UPDATE results r SET state = 'undeliverable', why = 'disabled',
      ended_at = coalesce($2::timestamptz, now())
    FROM pending p
    WHERE r.account_id = p.account_id AND r.call_id = p.call_id AND r.sequence = p.sequence
  )
  SELECT count(*)::integer AS disabled FROM disabled`
