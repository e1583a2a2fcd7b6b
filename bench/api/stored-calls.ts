import type { Database } from '#store'

export interface StoredCalls {
  readonly campaignId: number
  readonly firstId: number
  /** Of one of them: digits, its reference, and a search for the hour in which it was queued. */
  readonly number: string
  readonly reference: string
  readonly hour: string
}

/** A statement may take a minute. */
const SLICE = 50_000
const FIRST_NUMBER = 16_172_000_000

/**
 * So many calls of one campaign, as weeks leave them: nine in ten ended, one in 50,000 by an error of its
 * dialogue; the rest, the latest, queued for later, but for twenty that are connected.
 */
export async function storeCalls(db: Database, login: string, count: number): Promise<StoredCalls> {
  const [list] = await db.query<{ accountId: number; campaignId: number; listId: number }>(
    `WITH campaign AS (
       INSERT INTO campaigns (account_id, name, start_url, state)
       SELECT account_id, 'stored', 'http://127.0.0.1/', 'running' FROM accounts WHERE login = $1
       RETURNING account_id, campaign_id
     )
     INSERT INTO call_lists (account_id, campaign_id, kind, state, accepted)
     SELECT account_id, campaign_id, 'bulk', 'complete', $2 FROM campaign
     RETURNING account_id AS "accountId", campaign_id AS "campaignId", list_id AS "listId"`,
    [login, count],
  )
  if (list === undefined) throw new Error('The server makes its account as it starts.')
  const { accountId, campaignId, listId } = list
  const ended = Math.floor(count * 0.9)
  for (let from = 1; from <= count; from += SLICE) {
    const to = Math.min(count, from + SLICE - 1)
    await db.execute(INSERT, [accountId, campaignId, listId, count, ended, from, to])
  }
  await db.execute(COUNT, [accountId, campaignId, listId])
  await db.execute('VACUUM ANALYZE calls')
  const [first] = await db.query<{ id: number; at: Date }>(
    `SELECT call_id AS id, created_at AS at FROM calls WHERE list_id = $1 ORDER BY call_id LIMIT 1`,
    [listId],
  )
  if (first === undefined) throw new Error('No call was stored.')
  const at = (hours: number): string =>
    new Date(first.at.getTime() + hours * 3_600_000).toISOString()
  return {
    ...{ campaignId, firstId: first.id, number: String(FIRST_NUMBER + 777), reference: 'row-777' },
    hour: `created_from=${at(100)}&created_to=${at(101)}`,
  }
}

const INSERT = `
  INSERT INTO calls (account_id, campaign_id, list_id, phone_number, destination, message_reference,
    scheduled_at, due_at, created_at, state, outcome, cause, ended_at, attempts)
  SELECT $1, $2, $3, (FIRST::bigint + n)::text, '+' || FIRST::bigint + n, 'row-' || n, due, due,
    now() - make_interval(secs => ($4::integer - n)),
    CASE WHEN n <= $5 THEN 'ended' WHEN n <= $5 + 20 THEN 'answered' ELSE 'queued' END,
    CASE WHEN n > $5 THEN NULL WHEN n % 50000 = 7 THEN 'app-error' ELSE
      (ARRAY['answered', 'no-answer', 'busy'])[1 + n % 3] END,
    'stored', CASE WHEN n <= $5 THEN now() - make_interval(secs => ($4::integer - n)) END, 1
  FROM generate_series($6::integer, $7::integer) n, (SELECT now() + interval '1 year' AS due) d`.replaceAll(
  'FIRST',
  String(FIRST_NUMBER),
)

const COUNT = `
  INSERT INTO campaign_counts (account_id, campaign_id, list_id, shard, outcome, calls)
  SELECT $1, $2, $3, 0, outcome, count(*) FROM calls
  WHERE list_id = $3 AND state = 'ended' GROUP BY outcome`
