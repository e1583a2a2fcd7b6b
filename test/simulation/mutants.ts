import type { Plan } from './plan.ts'
import type { Mutant } from './run-plan.ts'

/** A bug that is planted where the product meets its database. */
export interface PlantedBug extends Mutant {
  readonly name: string
  /** The promises of which at least one must tell. */
  readonly promises: readonly string[]
  /** Whether it can show in a run of this plan at all; default: in any. */
  readonly canShow?: (plan: Plan) => boolean
}

const somebodyDies = ({ faults }: Plan): boolean => faults.some(({ kind }) => kind === 'kill')
const aClockGoesAhead = ({ faults, calls }: Plan): boolean =>
  faults.some((fault) => fault.kind === 'jump' && fault.byMs > 0) &&
  calls.some(({ scheduledMs, maxRetries }) => scheduledMs !== undefined || maxRetries > 0)

/** Each breaks a promise, and the simulation must notice (`npm run simulate -- --mutants`). */
export const MUTANTS: readonly PlantedBug[] = [
  {
    name: 'the intent is not written before the INVITE',
    promises: ['D1', 'D4', 'D6', 'D7'],
    change: (sql) =>
      /INSERT INTO attempts/.test(sql) ? { sql: 'SELECT 1', params: [] } : undefined,
  },
  {
    name: 'a retry follows at once',
    promises: ['D6'],
    change: onParams(/SET state = 'queued', due_at = r\.due_at/, (params) =>
      params.map((param) =>
        typeof param === 'string'
          ? param.replaceAll(/"due_at":"[^"]*"/g, '"due_at":"1970-01-01T00:00:00Z"')
          : param,
      ),
    ),
  },
  inSql('a number is called twice at once', ['D3'], /\(a\.serializes_numbers OR [^)]*\)/g, 'false'),
  inSql(
    'one retry too many',
    ['D4'],
    /coalesce\(c\.max_retries, p\.max_retries, 0\)/g,
    'coalesce(c.max_retries, p.max_retries, 0) + 1',
  ),
  inSql(
    'calls are due an hour early',
    ['D5'],
    /(d\.due_at|"dueAt") <= \$1/g,
    "$1 <= $$1::timestamptz + interval '1 hour'",
  ),
  inSql(
    'the far end is not told good bye after a crash',
    ['D14'],
    /dialog = \$5::jsonb/,
    `dialog = ($$5::jsonb -> 'nothing')`,
    { canShow: somebodyDies },
  ),
  {
    name: 'nobody writes down that somebody answered',
    promises: ['D9', 'D10', 'D14'],
    canShow: somebodyDies,
    change: (sql) =>
      /SET state = 'answered', dialog/.test(sql) ? { sql: 'SELECT 1', params: [] } : undefined,
  },
  {
    name: 'busy is told as not answered',
    promises: ['D9'],
    change: onParams(/INSERT INTO results/, (params) =>
      params.map((param) =>
        typeof param === 'string' ? param.replaceAll('outcome=busy', 'outcome=no-answer') : param,
      ),
    ),
  },
  inSql('nobody counts lines in use', ['D12'], /coalesce\(calls, 0\) AS "inUse"/, '0 AS "inUse"'),
  inSql(
    'nobody keeps the rate',
    ['D12'],
    /extract\(epoch FROM next_start_at\)::float8 \* 1000/,
    'NULL::float8',
  ),
  {
    name: 'a cancel reaches nobody',
    promises: ['D13'],
    change: (sql) =>
      /UPDATE calls c SET cancel = CASE/.test(sql)
        ? { sql: 'SELECT 0 AS "callId" WHERE false', params: [] }
        : undefined,
  },
  {
    name: 'one submission becomes two calls',
    promises: ['D8'],
    change: (sql, params) =>
      /OVERRIDING SYSTEM VALUE/.test(sql)
        ? {
            sql: sql
              .replace(/JOIN call_lists l/, 'CROSS JOIN generate_series(1, 2) JOIN call_lists l')
              .replace(
                /SELECT array_agg\(new\.call_id[\s\S]*?USING \(call_id\)/,
                `SELECT array_agg(id ORDER BY place) AS ids FROM (SELECT place, min(call_id)::integer
                 AS id FROM new JOIN inserted USING (call_id) GROUP BY place) AS first`,
              ),
            params,
          }
        : undefined,
  },
  inSql(
    'a result is lost with its call',
    ['D7'],
    /WHERE o\.url IS NOT NULL/,
    'WHERE o.url IS NOT NULL AND false',
  ),
  inSql('each try has an id of its own', ['R2'], /r\.webhook_id AS/, 'r.webhook_id || r.tries AS'),
  inSql(
    'each try has its own words',
    ['R2'],
    /r\.url, r\.body,/,
    `r.url, r.body || '&try=' || r.tries AS body,`,
  ),
  inSql(
    'a result that failed is taken for delivered',
    ['R1'],
    /SET state = t\.state, why/,
    "SET state = CASE t.state WHEN 'pending' THEN 'delivered' ELSE t.state END, why",
  ),
  inSql(
    'a node that dies with a claim takes its results along',
    ['R1', 'D7'],
    /coalesce\(\$3::timestamptz, now\(\)\) \+ make_interval\(secs => \$2\)/,
    `coalesce($$3::timestamptz, now()) + make_interval(secs => $$2 * 0) + interval '1 year'`,
    { canShow: somebodyDies, resultsTakeMs: 8000 },
  ),
  {
    name: 'nobody notices that the store is away',
    promises: ['S1'],
    ignoresOutages: true,
  },
  inSql(
    'what rings is queued once more',
    ['D2'],
    /UPDATE attempts SET state = 'ringing'/,
    `WITH again AS (
       UPDATE calls SET state = 'queued', due_at = now(), node_id = NULL, incarnation = NULL
       WHERE account_id = $$1 AND call_id = $$2 AND attempts = 1
     )
     UPDATE attempts SET state = 'ringing'`,
  ),
  inSql(
    'nobody knows when the next call is due',
    ['D11'],
    /OR "dueAt" = \(SELECT min\("dueAt"\) FROM lists WHERE "dueAt" > \$1\)/,
    '',
  ),
  {
    name: 'silence is taken for a refusal',
    promises: ['D15'],
    takesSilenceForRefusalMs: 3000,
  },
  inSql(
    'a key is not kept',
    ['D8'],
    /INSERT INTO idempotency_keys \(account_id, key, method, fingerprint\)\s+VALUES \(\$1, \$2, \$3, \$4\)/,
    'INSERT INTO idempotency_keys (account_id, key, method, fingerprint) VALUES ($1, gen_random_uuid()::text || left($2, 0), $3, $4)',
  ),
  inSql(
    'another outcome is stored than told',
    ['R5'],
    /SET state = 'ended', outcome = f\.outcome/,
    "SET state = 'ended', outcome = 'app-error'",
  ),
  inSql(
    'a node that was there before cannot start',
    ['S2'],
    /incarnation = nodes\.incarnation \+ 1/,
    'incarnation = nodes.incarnation / 0',
  ),
  {
    name: 'each process trusts its own wall clock',
    promises: ['S4'],
    trustsProcessClocks: true,
    canShow: aClockGoesAhead,
  },
  {
    name: 'chance comes from elsewhere than the seed',
    promises: ['S3'],
    isUnseeded: true,
  },
]

function inSql(
  name: string,
  promises: readonly string[],
  pattern: RegExp,
  replacement: string,
  more: Pick<PlantedBug, 'canShow' | 'resultsTakeMs'> = {},
): PlantedBug {
  return {
    name,
    promises,
    ...more,
    change(sql, params) {
      const changed = sql.replace(pattern, replacement)
      return changed === sql ? undefined : { sql: changed, params }
    },
  }
}

function onParams(
  statement: RegExp,
  change: (params: readonly unknown[]) => readonly unknown[],
): NonNullable<Mutant['change']> {
  return (sql, params) => (statement.test(sql) ? { sql, params: change(params) } : undefined)
}
