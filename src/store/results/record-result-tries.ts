import { type Queryable, RESULTS_DUE } from '../database/database.ts'
import type { ClaimedResult, ResultKey } from './claim-due-results.ts'
import { integers } from './integers.ts'

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
  const column = (read: (one: ResultTry) => unknown): unknown[] => tries.map(read)
  const whole = (read: (one: ResultTry) => number | undefined): string => integers(tries.map(read))
  const tried = [
    whole(({ result }) => result.accountId),
    whole(({ result }) => result.callId),
    whole(({ result }) => result.sequence),
    whole(({ result }) => result.try),
  ]
  const { afterFailures, firstSeconds, longestSeconds } = rest
  const written = await tx.query<DeliveredResult & { state: string }>(RECORD, [
    ...tried,
    whole(({ httpStatus }) => httpStatus),
    column(({ error }) => error),
    column(({ reply }) => reply),
    whole(({ durationMs }) => Math.round(durationMs)),
    column(({ verdict }) => verdict.kind),
    column(({ verdict }) => (verdict.kind === 'undeliverable' ? verdict.why : undefined)),
    column(({ verdict }) => (verdict.kind === 'retry' ? verdict.pauseSeconds : 0)),
    ...[JSON.stringify(fareOf(tries)), JSON.stringify(takenOf(tries))],
    ...[afterFailures, firstSeconds, longestSeconds, now],
  ])
  if (written.length < tries.length) await tx.execute(COUNT, tried)
  if (tries.some(({ verdict }) => verdict.kind === 'broken-off')) tx.notify(RESULTS_DUE)
  return written.filter(({ state }) => state === 'delivered')
}

/** How each destination fares. */
function fareOf(tries: readonly ResultTry[]): unknown[] {
  const fares = new Map<string, { alive: boolean; failures: number; [more: string]: unknown }>()
  for (const { result, verdict, isAlive } of tries) {
    if (verdict.kind === 'broken-off' && !isAlive) continue
    const { accountId, destination } = result
    const key = `${accountId} ${destination}`
    const fare = fares.get(key) ?? {
      ...{ account_id: accountId, destination },
      ...{ alive: false, failures: 0 },
    }
    fare.alive ||= isAlive
    fare.failures++
    fares.set(key, fare)
  }
  return [...fares.values()]
}

/** The URLs at which something was taken. */
function takenOf(tries: readonly ResultTry[]): unknown[] {
  const taken = new Map<string, unknown>()
  for (const { result, verdict } of tries) {
    const { accountId, url } = result
    if (verdict.kind === 'delivered')
      taken.set(`${accountId} ${url}`, { account_id: accountId, url })
  }
  return [...taken.values()]
}

/** Of posts that were under way when a destination began to rest, none lengthens the rest. */
const RECORD = `
  WITH tried AS (
    SELECT *, verdict IN ('retry', 'undeliverable') AS failed,
      CASE WHEN verdict IN ('retry', 'broken-off') THEN 'pending' ELSE verdict END AS state
    FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::integer[], $5::smallint[],
      $6::text[], $7::text[], $8::integer[], $9::text[], $10::text[], $11::float8[])
      AS t(account_id, call_id, sequence, try, http_status, error, reply, duration_ms, verdict, why,
        pause)
  ), logged AS (
    INSERT INTO result_tries (account_id, call_id, sequence, try, http_status, error, reply,
      duration_ms)
    SELECT account_id, call_id, sequence, try, http_status, error, reply, duration_ms FROM tried
    ON CONFLICT DO NOTHING
  ), seen AS (
    SELECT * FROM jsonb_to_recordset($12::jsonb)
      AS f(account_id integer, destination text, alive boolean, failures integer)
    ORDER BY account_id, destination
  ), revived AS (
    UPDATE result_destinations d SET failures = 0, resting_until = NULL FROM seen s
    WHERE d.account_id = s.account_id AND d.destination = s.destination AND s.alive
      AND d.failures > 0
  ), failing AS (
    INSERT INTO result_destinations AS d (account_id, destination, failures, resting_until)
    SELECT account_id, destination, least(failures, $14::integer),
      CASE WHEN failures >= $14::integer
        THEN coalesce($17::timestamptz, now()) + make_interval(secs => $15::float8) END
    FROM seen WHERE NOT alive
    ON CONFLICT (account_id, destination) DO UPDATE
    SET failures = least(d.failures + excluded.failures, greatest(d.failures + 1, $14::integer)),
      resting_until = CASE WHEN d.failures + excluded.failures >= $14::integer
        THEN coalesce($17::timestamptz, now()) + make_interval(secs => least($16::float8,
          $15::float8 * 2 ^ least(20, greatest(0, d.failures + 1 - $14::integer)))) END
    WHERE coalesce(d.resting_until, '-infinity') <= coalesce($17::timestamptz, now())
  ), enabled AS (
    DELETE FROM disabled_result_urls u
    USING jsonb_to_recordset($13::jsonb) AS t(account_id integer, url text)
    WHERE u.account_id = t.account_id AND u.url = t.url
  ), written AS (
    UPDATE results r
    SET state = t.state, why = t.why, tries = greatest(r.tries, t.try), step = r.step + t.failed::integer,
      due_at = CASE WHEN t.state = 'pending'
        THEN coalesce($17::timestamptz, now()) + make_interval(secs => t.pause) ELSE r.due_at END,
      ended_at = CASE WHEN t.state <> 'pending' THEN coalesce($17::timestamptz, now()) END
    FROM tried t
    WHERE r.account_id = t.account_id AND r.call_id = t.call_id AND r.sequence = t.sequence
      AND CASE WHEN t.state = 'delivered' THEN r.state <> 'delivered'
        ELSE r.tries = t.try - 1 AND r.state = 'pending' END
    RETURNING r.sequence, r.state, r.ended_at, r.created_at
  )
  SELECT sequence, state,
    greatest(0, extract(epoch FROM ended_at - created_at))::float8 AS "lagSeconds"
  FROM written`

/** Tries of what had ended before are made all the same. */
const COUNT = `
  UPDATE results r SET tries = t.try
  FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::integer[])
    AS t(account_id, call_id, sequence, try)
  WHERE r.account_id = t.account_id AND r.call_id = t.call_id AND r.sequence = t.sequence
    AND r.tries < t.try`
