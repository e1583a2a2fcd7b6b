import { silentLogger, systemClock, systemRandom } from '#base'
import { type CallsContext, joinNodes } from '#calls'
import type { Database } from '#store'

/** Verbs over this database, with nobody to check URLs. */
export function contextOf(db: Database): CallsContext {
  return {
    db,
    log: silentLogger,
    clock: systemClock,
    random: systemRandom,
    checkUrls: { startUrl: async () => {}, resultUrl: async () => {} },
    settings: { defaultCountry: 'US', retryIntervalScale: 1, quarantineSeconds: 95 },
  }
}

/** Nothing is queued any more. */
export async function clearCalls(db: Database): Promise<void> {
  await db.execute(
    'TRUNCATE calls, attempts, results, result_tries, pacing, campaign_counts, refused_rows',
  )
  await db.execute(`DELETE FROM call_lists WHERE kind = 'bulk'`)
  await db.execute(`DELETE FROM campaigns WHERE name = 'bench'`)
}

/** Nothing but so many due calls of one campaign, and a node that may claim them. */
export async function queueCalls(
  db: Database,
  count: number,
  urls: { readonly startUrl: string; readonly resultUrl?: string },
): Promise<{ nodeId: string; incarnation: number }> {
  await clearCalls(db)
  await db.execute(
    `INSERT INTO accounts (login, pin_hash) VALUES ('bench', 'x') ON CONFLICT DO NOTHING`,
  )
  await db.execute(
    `WITH campaign AS (
       INSERT INTO campaigns (account_id, name, start_url, result_url)
       SELECT account_id, 'bench', $2, $3 FROM accounts WHERE login = 'bench'
       RETURNING account_id, campaign_id
     ), list AS (
       INSERT INTO call_lists (account_id, campaign_id, kind, state)
       SELECT account_id, campaign_id, 'bulk', 'complete' FROM campaign
       RETURNING account_id, campaign_id, list_id
     )
     INSERT INTO calls (account_id, campaign_id, list_id, phone_number, destination,
       message_reference, scheduled_at, due_at)
     SELECT account_id, campaign_id, list_id, (16170000000 + n)::text, '+' || 16170000000 + n,
       'row ' || n, now(), now()
     FROM list, generate_series(1, $1::integer) n`,
    [count, urls.startUrl, urls.resultUrl],
  )
  await db.execute('VACUUM ANALYZE calls')
  const { incarnation } = await joinNodes(contextOf(db), 'bench')
  return { nodeId: 'bench', incarnation }
}
