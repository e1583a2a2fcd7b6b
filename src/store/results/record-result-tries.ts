import { type Queryable, RESULTS_DUE } from '../database/database.ts'
import type { ClaimedResult, ResultKey } from './claim-due-results.ts'

/** What follows from a try. */
export type ResultVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly pauseSeconds: number }
  /** Nobody knows: it was broken off. It is due again at once, and has not failed. */
  | { readonly kind: 'broken-off' }
  | { readonly kind: 'undeliverable'; readonly why: 'gone' | 'exhausted' }

export interface ResultTry {
  readonly result: Omit<ClaimedResult, 'body' | 'secrets'>
  readonly httpStatus?: number | undefined
  /** In words, where no answer came. */
  readonly error?: string | undefined
  /** How the answer's body begins. */
  readonly reply?: string | undefined
  readonly durationMs: number
  readonly verdict: ResultVerdict
  /** Whether the receiver works, whatever it said of this one. */
  readonly isAlive: boolean
}

/** `lagSeconds`: since it was stored. */
export interface DeliveredResult extends Pick<ResultKey, 'sequence'> {
  readonly lagSeconds: number
}

/** When a destination rests, and for how long: twice as long each time, up to the longest. */
export interface RestRule {
  /** Failures in a row. */
  readonly afterFailures: number
  readonly firstSeconds: number
  readonly longestSeconds: number
}

/**
 * Writes down what came of tries, what becomes of the results, and how their destinations fare. What a
 * later claim has, or what was ended before, is left as it is; but once the receiver has it, whichever
 * try got there, a result is delivered. One that is taken at a URL that was disabled enables it. Returns
 * those that are delivered now.
 */
export async function recordResultTries(
  tx: Queryable,
  tries: readonly ResultTry[],
  rest: RestRule,
  now?: Date,
): Promise<DeliveredResult[]> {
  const rows = tries.map(({ result, verdict, isAlive, ...made }) => ({
    account_id: result.accountId,
    call_id: result.callId,
    sequence: result.sequence,
    url: result.url,
    destination: result.destination,
    try: result.try,
    http_status: made.httpStatus,
    error: made.error,
    reply: made.reply,
    duration_ms: Math.round(made.durationMs),
    state: STATES[verdict.kind],
    why: verdict.kind === 'undeliverable' ? verdict.why : undefined,
    pause: verdict.kind === 'retry' ? verdict.pauseSeconds : 0,
    failed: verdict.kind === 'retry' || verdict.kind === 'undeliverable',
    alive: isAlive,
  }))
  const { afterFailures, firstSeconds, longestSeconds } = rest
  const parameters = [JSON.stringify(rows), now, afterFailures, firstSeconds, longestSeconds]
  const delivered = await tx.query<DeliveredResult>(RECORD, parameters)
  if (tries.some(({ verdict }) => verdict.kind === 'broken-off')) tx.notify(RESULTS_DUE)
  return delivered
}

const STATES: Readonly<Record<ResultVerdict['kind'], string>> = {
  delivered: 'delivered',
  retry: 'pending',
  'broken-off': 'pending',
  undeliverable: 'undeliverable',
}

/** Of posts that were under way when a destination began to rest, none lengthens the rest. */
const RECORD = `
  WITH tried AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(account_id integer, call_id integer,
      sequence integer, url text, destination text, try integer, http_status smallint, error text,
      reply text, duration_ms integer, state text, why text, pause float8, failed boolean,
      alive boolean)
  ), logged AS (
    INSERT INTO result_tries (account_id, call_id, sequence, try, http_status, error, reply,
      duration_ms)
    SELECT account_id, call_id, sequence, try, http_status, error, reply, duration_ms FROM tried
    ON CONFLICT DO NOTHING
  ), seen AS (
    SELECT account_id, destination, bool_or(alive) AS alive, count(*)::integer AS failures
    FROM tried WHERE failed OR alive GROUP BY account_id, destination
    ORDER BY account_id, destination
  ), revived AS (
    UPDATE result_destinations d SET failures = 0, resting_until = NULL FROM seen s
    WHERE d.account_id = s.account_id AND d.destination = s.destination AND s.alive
      AND d.failures > 0
  ), failing AS (
    INSERT INTO result_destinations AS d (account_id, destination, failures, resting_until)
    SELECT account_id, destination, least(failures, $3::integer),
      CASE WHEN failures >= $3::integer
        THEN coalesce($2::timestamptz, now()) + make_interval(secs => $4::float8) END
    FROM seen WHERE NOT alive
    ON CONFLICT (account_id, destination) DO UPDATE
    SET failures = least(d.failures + excluded.failures, greatest(d.failures + 1, $3::integer)),
      resting_until = CASE WHEN d.failures + excluded.failures >= $3::integer
        THEN coalesce($2::timestamptz, now()) + make_interval(secs => least($5::float8,
          $4::float8 * 2 ^ least(20, greatest(0, d.failures + 1 - $3::integer)))) END
    WHERE coalesce(d.resting_until, '-infinity') <= coalesce($2::timestamptz, now())
  ), enabled AS (
    DELETE FROM disabled_result_urls u USING tried t
    WHERE u.account_id = t.account_id AND u.url = t.url AND t.state = 'delivered'
  ), written AS (
    UPDATE results r
    SET state = t.state, why = t.why, step = r.step + t.failed::integer,
      due_at = CASE WHEN t.state = 'pending'
        THEN coalesce($2::timestamptz, now()) + make_interval(secs => t.pause) ELSE r.due_at END,
      ended_at = CASE WHEN t.state <> 'pending' THEN coalesce($2::timestamptz, now()) END
    FROM tried t
    WHERE r.account_id = t.account_id AND r.call_id = t.call_id AND r.sequence = t.sequence
      AND CASE WHEN t.state = 'delivered' THEN r.state <> 'delivered'
        ELSE r.tries = t.try AND r.state = 'pending' END
    RETURNING r.sequence, r.state, r.ended_at, r.created_at
  )
  SELECT sequence, greatest(0, extract(epoch FROM ended_at - created_at))::float8 AS "lagSeconds"
  FROM written WHERE state = 'delivered'`
