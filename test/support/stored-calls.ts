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
export async function storeCalls(
  db: Database,
  login: string,
  count: number,
  { withAttempts = false }: { readonly withAttempts?: boolean } = {},
): Promise<StoredCalls> {
  const [list] = await db.query<{ accountId: number; campaignId: number; listId: number }>(
    `WITH campaign AS (
       INSERT INTO campaigns (account_id, name, start_url, state)
       SELECT account_id, 'stored', 'http://127.0.0.1/', 'running' FROM accounts WHERE login = $1
       RETURNING account_id, campaign_id
     )
     INSERT INTO call_lists (account_id, campaign_id, kind, state, accepted)
     SELECT account_id, campaign_id, 'bulk', 'importing', $2 FROM campaign
     RETURNING account_id AS "accountId", campaign_id AS "campaignId", list_id AS "listId"`,
    [login, count],
  )
  if (list === undefined) throw new Error('The server makes its account as it starts.')
  const { accountId, campaignId, listId } = list
  const ended = Math.floor(count * 0.9)
  for (let from = 1; from <= count; from += SLICE) {
    const to = Math.min(count, from + SLICE - 1)
    await db.execute(INSERT, [accountId, campaignId, listId, count, ended, from, to])
    if (withAttempts) await db.execute(INSERT_ATTEMPTS, [listId, from, to])
  }
  await db.execute(COUNT, [accountId, campaignId, listId])
  // Not before: a campaign whose lists are complete and that has nothing to dial is over.
  await db.execute(COMPLETE, [listId])
  await db.execute('VACUUM ANALYZE calls')
  for (const statement of COUNT_ANEW) await db.execute(statement)
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
    scheduled_at, due_at, created_at, state, outcome, cause, ended_at, last_attempt_at, attempts,
    callee_type, duration_seconds)
  SELECT $1, $2, $3, (FIRST::bigint + n)::text, '+' || FIRST::bigint + n, 'row-' || n, due, due,
    now() - make_interval(secs => ($4::integer - n)),
    CASE WHEN n <= $5 THEN 'ended' WHEN n <= $5 + 20 THEN 'answered' ELSE 'queued' END,
    CASE WHEN n > $5 THEN NULL WHEN n % 50000 = 7 THEN 'app-error' ELSE
      (ARRAY['answered', 'no-answer', 'busy'])[1 + n % 3] END,
    'stored', CASE WHEN n <= $5 THEN now() - make_interval(secs => ($4::integer - n)) END,
    CASE WHEN n <= $5 THEN now() - make_interval(secs => ($4::integer - n + 60)) END, 1,
    CASE WHEN n <= $5 AND n % 3 = 0 THEN (ARRAY['voice', 'answeringmachine', 'unknown'])[1 + n % 7 % 3] END,
    CASE WHEN n <= $5 AND n % 3 = 0 THEN n % 97 * (1 + n % 5) ELSE 0 END
  FROM generate_series($6::integer, $7::integer) n, (SELECT now() + interval '1 year' AS due) d`.replaceAll(
  'FIRST',
  String(FIRST_NUMBER),
)

/** Of the ended calls of a slice, one each. */
const INSERT_ATTEMPTS = `
  INSERT INTO attempts (account_id, call_id, attempt, node_id, incarnation, claim_epoch, state, trunk, invite,
    dialed_at, ended_at, outcome, cause, callee_type, duration_seconds)
  SELECT account_id, call_id, 1, 'stored', 1, 1, 'ended', 'lab', '{}', last_attempt_at, ended_at, outcome,
    cause, callee_type, duration_seconds
  FROM calls JOIN generate_series($2::integer, $3::integer) n ON message_reference = 'row-' || n
  WHERE list_id = $1 AND state = 'ended'`

const COMPLETE = `UPDATE call_lists SET state = 'complete', completed_at = now() WHERE list_id = $1`

/** They ended before what has been counted for statistics already. */
const COUNT_ANEW = [
  'TRUNCATE call_statistics, call_totals, attempt_totals',
  'UPDATE statistics_place SET ended_at = to_timestamp(0), call_id = 0',
]

const COUNT = `
  INSERT INTO campaign_counts (account_id, campaign_id, list_id, shard, outcome, calls)
  SELECT $1, $2, $3, 0, outcome, count(*) FROM calls
  WHERE list_id = $3 AND state = 'ended' GROUP BY outcome`
