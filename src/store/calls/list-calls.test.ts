import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { type CallState, OUTCOMES, type Outcome } from '#model'
import { openTestDatabase, type TestDatabase } from '#test/database'
import {
  type CallListing,
  type Database,
  findCall,
  findCallStanding,
  listCalls,
  lockCall,
  type Queryable,
} from '../index.ts'

interface StoredCall {
  readonly accountId: number
  readonly callId: number
  readonly campaignId: number
  readonly destination: string
  readonly messageReference: string
  readonly state: CallState
  readonly outcome: Outcome | null
  readonly createdAt: Date
}

const STATES: readonly CallState[] = ['queued', 'claimed', 'dialing', 'answered', 'ended']
const REFERENCES = ['', 'a', 'b']
const NUMBERS = ['+16177000001', '+16177000002', '+16177000003']
const BEGAN = Date.parse('2030-01-01T12:00:00Z')

describe('the list of calls', { timeout: 120_000 }, () => {
  let database: TestDatabase
  let db: Database
  let calls: readonly StoredCall[]

  before(async () => {
    database = await openTestDatabase()
    db = database.db
    await addCampaigns(db)
    // More than are looked at before the campaigns are, of the time after all others.
    const filler = `1, 1, 1, '+1', 'filler', 'queued', NULL, n + 90000`
    await db.execute(INSERT(MIXED, 400))
    await db.execute(INSERT(filler, 5100))
    await db.execute('VACUUM ANALYZE')
    calls = await db.query<StoredCall>(
      `SELECT account_id AS "accountId", call_id AS "callId", campaign_id AS "campaignId", destination,
         message_reference AS "messageReference", state, outcome, created_at AS "createdAt"
       FROM calls ORDER BY call_id DESC`,
    )
  })
  after(() => database.close())

  it('is what a look at every call finds, page by page, whatever is looked for', async () => {
    let found = 0
    await fc.assert(
      fc.asyncProperty(anyListing(calls), async (listing) => {
        const expected = calls.filter((call) => matches(call, listing)).map(({ callId }) => callId)
        // Of the longest lists not all.
        const ids = await pages(db, listing, 4)
        assert.deepEqual(ids, expected.slice(0, listing.limit * 4))
        found += ids.length
      }),
      { numRuns: 500 },
    )
    assert.ok(found > 2000, `${found} calls were found`)
  })
})

/**
 * Three campaigns, each worst for another's search: of 20,000 calls all busy, of 20,000 ended in several ways (one in
 * a thousand rarely), of 20,000 queued, the latest. One number has a quarter of them; each two campaigns share a reference.
 */
const WORST = `
  1, 1 + n / 20001, 1 + n / 20001,
  CASE WHEN n % 4 = 0 THEN '+16177000001' ELSE '+16178' || 100000 + n END,
  CASE WHEN n % 4 = 1 THEN 'row ' || n WHEN n <= 40000 THEN 'tag' ELSE 'tag of later' END,
  CASE WHEN n <= 40000 THEN 'ended' ELSE 'queued' END,
  CASE WHEN n <= 20000 THEN 'busy' WHEN n <= 40000 THEN
    CASE WHEN n % 1000 = 7 THEN 'app-error' ELSE (ARRAY['answered', 'no-answer'])[1 + n % 2] END END,
  n`

describe('the list of calls, where many are stored', { timeout: 120_000 }, () => {
  const LIMIT = 20
  let database: TestDatabase

  before(async () => {
    database = await openTestDatabase()
    await addCampaigns(database.db)
    await database.db.execute(INSERT(WORST, 60_000))
    await database.db.execute('VACUUM ANALYZE')
  })
  after(() => database.close())

  const hour = { createdFrom: minuteOf(500), createdTo: minuteOf(560) }
  const number = '+16177000001'
  /** What is looked for, the index, and how many rows may be looked at. */
  const PAGE = (OUTCOMES.length + 2) * LIMIT
  const NEWEST = 5000 + PAGE
  const cases: readonly (readonly [
    string,
    Omit<CallListing, 'accountId' | 'limit'>,
    string,
    number,
  ])[] = [
    ['anything', {}, 'calls_pkey', PAGE],
    ['a time', hour, 'calls_pkey', 1500],
    ['queued', { state: 'queued' }, 'calls_pkey', PAGE],
    ['ended, before the queued', { state: 'ended' }, 'calls_by_campaign', NEWEST],
    ['a common outcome', { outcome: 'no-answer' }, 'calls_by_campaign', NEWEST],
    ['a rare outcome', { outcome: 'app-error' }, 'calls_by_campaign', NEWEST],
    ['an outcome that none has', { outcome: 'unknown' }, 'calls_by_campaign', NEWEST],
    ['an outcome and a time', { outcome: 'busy', ...hour }, 'calls_by_campaign', NEWEST],
    ['in progress', { state: 'answered' }, 'calls_claimed', PAGE],
    ['a campaign', { campaignId: 2 }, 'calls_by_campaign', PAGE],
    ['a campaign, paged', { campaignId: 2, beforeId: 30_000 }, 'calls_by_campaign', PAGE],
    [
      'a campaign and a rare outcome',
      { campaignId: 2, outcome: 'app-error' },
      'calls_by_campaign',
      PAGE,
    ],
    [
      'a campaign and the outcome of another',
      { campaignId: 2, outcome: 'busy' },
      'calls_by_campaign',
      PAGE,
    ],
    [
      'a campaign and the state of another',
      { campaignId: 2, state: 'queued' },
      'calls_by_campaign',
      PAGE,
    ],
    ['a campaign and a time', { campaignId: 1, ...hour }, 'calls_by_campaign', 1500],
    ['a number', { destination: '+16178100005' }, 'calls_by_number', PAGE],
    ['a common number', { destination: number }, 'calls_by_number', PAGE],
    [
      'a common number and an outcome',
      { destination: number, outcome: 'declined' },
      'calls_by_number',
      PAGE,
    ],
    ['a common number and a time', { destination: number, ...hour }, 'calls_by_number', 1500],
    [
      'a number in another campaign',
      { destination: '+16178100005', campaignId: 2 },
      'calls_by_number',
      PAGE,
    ],
    ['a reference', { messageReference: 'row 5' }, 'calls_by_reference', PAGE],
    ['a reference of many', { messageReference: 'tag' }, 'calls_by_reference', PAGE],
    [
      'a reference and the state of others',
      { messageReference: 'tag', state: 'queued' },
      'calls_by_reference',
      PAGE,
    ],
    [
      'a reference and a rare outcome',
      { messageReference: 'tag', outcome: 'app-error' },
      'calls_by_reference',
      PAGE,
    ],
    [
      'a reference in another campaign',
      { messageReference: 'row 5', campaignId: 2 },
      'calls_by_reference',
      PAGE,
    ],
  ]
  for (const [what, listing, index, most] of cases) {
    it(`finds ${what} by ${index}, and looks at few others`, async () => {
      for (const mode of ['force_custom_plan', 'force_generic_plan'] as const) {
        const scans = await scansWhile(database.db, mode, (db) =>
          listCalls(db, { accountId: 1, limit: LIMIT, ...listing }),
        )
        const told = `${mode} ${JSON.stringify(scans)}`
        assert.ok(
          scans.some((scan) => scan.index === index),
          told,
        )
        assert.ok(
          scans.every((scan) => scan.index !== undefined),
          told,
        )
        assert.ok(scans.reduce((sum, { rows }) => sum + rows, 0) <= most, told)
      }
    })
  }

  it('finds one by its id, of a known account and of any', async () => {
    for (const accountId of [1, undefined]) {
      const scans = await scansWhile(database.db, 'force_generic_plan', async (db) => {
        assert.equal((await findCall(db, 30_000, accountId))?.callId, 30_000)
        assert.equal((await findCallStanding(db, { callId: 30_000, accountId }))?.callId, 30_000)
        assert.equal((await lockCall(db, { callId: 30_000, accountId }))?.callId, 30_000)
      })
      const told = JSON.stringify(scans)
      assert.equal(scans.filter(({ index }) => index === 'calls_pkey').length, 3, told)
      // Before version 18 PostgreSQL tells whole rows a loop: one of two accounts’ call is told as none.
      const seen = scans.filter(({ rows }) => rows > 0)
      assert.ok(seen.length <= 3, told)
      assert.ok(
        seen.every(({ index, rows }) => index === 'calls_pkey' && rows === 1),
        told,
      )
    }
    assert.equal(await findCall(database.db, 30_000, 2), undefined)
  })
})

interface Scan {
  /** Undefined: the whole table is read. */
  readonly index: string | undefined
  readonly rows: number
}

interface Plan {
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

/**
 * How PostgreSQL looks for calls, by what it tells of each statement of some work: planned for just these parameters, or
 * once for any, as it may do with a statement that it has seen before.
 */
function scansWhile(
  db: Database,
  mode: 'force_custom_plan' | 'force_generic_plan',
  work: (db: Queryable) => Promise<unknown>,
): Promise<Scan[]> {
  return db.transaction(async (tx) => {
    await tx.execute(`SET LOCAL plan_cache_mode = ${mode}`)
    const scans: Scan[] = []
    const query = async <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> => {
      type Explained = { 'QUERY PLAN': readonly { readonly Plan: Plan }[] }
      await tx.execute(`PREPARE explained AS ${sql}`)
      const [row] = await tx.query<Explained>(
        `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained (${params.map(literal).join(', ')})`,
      )
      await tx.execute('DEALLOCATE explained')
      scans.push(...(row?.['QUERY PLAN'] ?? []).flatMap((explained) => scansOf(explained.Plan)))
      return tx.query<Row>(sql, params)
    }
    await work({ ...tx, query })
    return scans
  })
}

function literal(value: unknown): string {
  if (value === undefined) return 'NULL'
  if (value instanceof Date) return `'${value.toISOString()}'`
  if (Array.isArray(value)) return `'{${value.join(',')}}'`
  return typeof value === 'number' ? String(value) : `'${value}'`
}

function scansOf(plan: Plan): Scan[] {
  const inner = (plan.Plans ?? []).flatMap(scansOf)
  if (plan['Relation Name'] !== 'calls') return inner
  const rows = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
  return [...inner, { index: plan['Index Name'], rows: Math.round(rows) }]
}

/** Looks for what some call has, and in one of three for something else besides. */
function anyListing(calls: readonly StoredCall[]): fc.Arbitrary<CallListing> {
  const mixed = calls.filter(({ messageReference }) => messageReference !== 'filler')
  const moment = fc.integer({ min: -5, max: 200 }).map(minuteOf)
  return fc
    .record({
      like: fc.constantFrom(...mixed),
      keys: fc.subarray([
        'campaignId',
        'state',
        'outcome',
        'destination',
        'messageReference',
      ] as const),
      limit: fc.constantFrom(1, 3, 20, 600),
      bounds: fc.record(
        {
          createdFrom: moment,
          createdTo: moment,
          beforeId: fc.integer({ min: 1, max: (calls[0]?.callId ?? 0) + 9 }),
        },
        { requiredKeys: [] },
      ),
      other: fc.oneof(
        { weight: 2, arbitrary: fc.constant({}) },
        fc.record({ state: fc.constantFrom(...STATES) }),
        fc.record({ outcome: fc.constantFrom(...OUTCOMES) }),
        fc.record({ campaignId: fc.constantFrom(1, 2, 3, 4) }),
      ),
    })
    .map(({ like, keys, limit, bounds, other }) => {
      const given = keys.filter((key) => like[key] !== null && like[key] !== '')
      const same = Object.fromEntries(given.map((key) => [key, like[key]]))
      return { accountId: like.accountId, limit, ...bounds, ...same, ...other }
    })
}

/** The ids of so many pages, one after the other. */
async function pages(db: Queryable, listing: CallListing, most: number): Promise<number[]> {
  const ids: number[] = []
  let { beforeId } = listing
  for (let page = 0; page < most; page++) {
    const rows = await listCalls(db, { ...listing, beforeId })
    ids.push(...rows.map(({ callId }) => callId))
    if (rows.length < listing.limit) break
    beforeId = rows.at(-1)?.callId
  }
  return ids
}

function matches(call: StoredCall, listing: CallListing): boolean {
  const { beforeId = Number.POSITIVE_INFINITY, createdFrom, createdTo } = listing
  const isSame = (key: keyof StoredCall & keyof CallListing): boolean =>
    listing[key] === undefined || call[key] === listing[key]
  return (
    call.accountId === listing.accountId &&
    isSame('campaignId') &&
    isSame('state') &&
    isSame('outcome') &&
    isSame('destination') &&
    isSame('messageReference') &&
    call.callId < beforeId &&
    (createdFrom === undefined || call.createdAt >= createdFrom) &&
    (createdTo === undefined || call.createdAt < createdTo)
  )
}

function minuteOf(minutes: number): Date {
  return new Date(BEGAN + minutes * 60_000)
}

/** Three of the first account, and one of the second; the number of a list is that of its campaign. */
async function addCampaigns(db: Database): Promise<void> {
  await db.execute(`INSERT INTO accounts (login, pin_hash) VALUES ('one', 'x'), ('two', 'x')`)
  await db.execute(
    `INSERT INTO campaigns (account_id, name) VALUES (1, 'a'), (1, 'b'), (1, 'c'), (2, 'a')`,
  )
  await db.execute(
    `INSERT INTO call_lists (account_id, campaign_id, kind, state)
     SELECT account_id, campaign_id, 'bulk', 'complete' FROM campaigns`,
  )
}

/**
 * Rows made of `n`: account, campaign, list, number, reference, state, outcome, seconds after the beginning.
 */
function INSERT(columns: string, count: number): string {
  return `
    INSERT INTO calls (account_id, campaign_id, list_id, destination, message_reference, state, outcome,
      created_at, phone_number, scheduled_at, due_at)
    SELECT account, campaign, list, number, reference, state, outcome,
      timestamptz '2030-01-01T12:00:00Z' + make_interval(secs => seconds), number, now(), now()
    FROM generate_series(1, ${count}) n, LATERAL (SELECT ${columns})
      AS made(account, campaign, list, number, reference, state, outcome, seconds)`
}

const anyOf = (values: readonly string[], divisor: number): string =>
  `(ARRAY['${values.join(`', '`)}'])[1 + (n * 7 / ${divisor}) % ${values.length}]`

/** Every 25 s one, some a minute late; half of them ended, one account in ten the second. */
const MIXED = `
  CASE WHEN n % 10 = 0 THEN 2 ELSE 1 END,
  CASE WHEN n % 10 = 0 THEN 4 ELSE 1 + n % 3 END,
  CASE WHEN n % 10 = 0 THEN 4 ELSE 1 + n % 3 END,
  ${anyOf(NUMBERS, 2)}, ${anyOf(REFERENCES, 3)},
  CASE WHEN n % 2 = 0 THEN 'ended' ELSE ${anyOf(STATES.slice(0, 4), 5)} END,
  CASE WHEN n % 2 = 0 THEN ${anyOf(OUTCOMES, 4)} END,
  n * 25 + CASE WHEN n % 7 = 0 THEN 60 ELSE 0 END`
