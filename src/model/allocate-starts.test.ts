import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  allocateStarts,
  LATEST_START_MS,
  LOOK_AHEAD_MS,
  type StartCandidate,
  type StartRequest,
  type StartScope,
  startSpacingMs,
} from './allocate-starts.ts'

const NOW = 1_900_000_000_000
const OPEN: StartScope = { inUse: 0 }

function candidate(changes: Partial<StartCandidate> = {}): StartCandidate {
  return {
    listId: 1,
    accountId: 1,
    campaignId: 1,
    kind: 'bulk',
    due: 1000,
    trunks: ['a'],
    ...changes,
  }
}

function request(changes: Partial<StartRequest> = {}): StartRequest {
  return {
    now: NOW,
    atMost: 1000,
    installation: OPEN,
    trunks: new Map(),
    accounts: new Map(),
    campaigns: new Map(),
    candidates: [candidate()],
    ...changes,
  }
}

/** Whose the starts are, in their order. */
function order(changes: Partial<StartRequest>, by: keyof StartCandidate = 'listId'): unknown[] {
  return allocateStarts(request(changes)).starts.map(({ candidate: one }) => one[by])
}

describe('allocateStarts: limits', () => {
  it('gives no more starts than lines are free, in each scope', () => {
    const full = (lines: number, inUse: number): StartScope => ({ lines, inUse })
    const count = (changes: Partial<StartRequest>): number => order(changes).length
    assert.equal(count({ installation: full(5, 2) }), 3)
    assert.equal(count({ installation: full(5, 7) }), 0)
    assert.equal(count({ trunks: new Map([['a', full(4, 2)]]) }), 2)
    assert.equal(count({ accounts: new Map([[1, full(4, 3)]]) }), 1)
    assert.equal(count({ campaigns: new Map([[1, full(4, 0)]]) }), 4)
    assert.equal(count({ accounts: new Map([[1, { inUse: 7, startsLeft: 3 }]]) }), 3)
    assert.equal(count({ accounts: new Map([[1, { ...OPEN, startsLeft: 0 }]]) }), 0)
    assert.equal(count({ atMost: 7 }), 7)
    assert.equal(count({ candidates: [candidate({ due: 6 })] }), 6)
  })

  it('fills the first trunk before the second, and has nothing to give without one', () => {
    const trunks = new Map([
      ['a', { lines: 1, inUse: 0 }],
      ['b', { lines: 3, inUse: 1 }],
    ])
    const both = allocateStarts(
      request({ trunks, candidates: [candidate({ trunks: ['a', 'b'] })] }),
    )
    assert.deepEqual(
      both.starts.map(({ trunk }) => trunk),
      ['a', 'b', 'b'],
    )
    assert.deepEqual(order({ candidates: [candidate({ trunks: [] })] }), [])
  })

  it('spreads starts as the rate says, no further ahead than it may, and tells when to go on', () => {
    const { starts, againAt } = allocateStarts(
      request({ installation: { callsPerSecond: 50, inUse: 0 } }),
    )
    assert.deepEqual(
      starts.map(({ startAt }) => startAt - NOW),
      [0, 21, 42, 63, 84],
    )
    assert.equal(againAt, NOW + 55)
  })

  it('lets what is ready pass what waits for a rate of its own', () => {
    const nextStartAt = NOW + 90
    const candidates = [
      candidate({ accountId: 1, kind: 'single' }),
      candidate({ listId: 2, accountId: 2 }),
    ]
    const accounts = new Map([[1, { callsPerSecond: 1, inUse: 0, nextStartAt }]])
    const installation = { callsPerSecond: 50, inUse: 0 }
    assert.deepEqual(order({ candidates, accounts, installation }), [2, 2, 2, 2, 2])
  })

  it('takes a rate below one a second as a longer pause, and a broken one as a whole one', () => {
    assert.equal(startSpacingMs(0.5), 2050)
    assert.equal(startSpacingMs(2.9), 525)
  })
})

describe('allocateStarts: order', () => {
  it('puts single calls first', () => {
    const candidates = [candidate(), candidate({ listId: 2, kind: 'single', due: 2 })]
    const accounts = new Map([[1, { lines: 3, inUse: 0 }]])
    assert.deepEqual(order({ candidates, accounts }), [2, 2, 1])
  })

  it('gives lines to the account with the fewest in use', () => {
    const candidates = [1, 2, 3].map((id) => candidate({ listId: id, accountId: id }))
    const accounts = new Map([
      [1, { inUse: 3 }],
      [2, { inUse: 1 }],
    ])
    assert.deepEqual(order({ candidates, accounts, atMost: 5 }), [3, 2, 3, 2, 3])
  })

  it('gives an account’s lines to its campaigns by weight', () => {
    const candidates = [1, 2].map((id) => candidate({ campaignId: id, listId: id }))
    const campaigns = new Map([
      [1, { inUse: 0, weight: 1 }],
      [2, { inUse: 0, weight: 3 }],
    ])
    const given = order({ candidates, campaigns, atMost: 40 })
    assert.equal(given.filter((id) => id === 2).length, 30)
  })

  it('takes turns where as many lines are in use, from one allocation to the next', () => {
    const candidates = [1, 2].map((id) => candidate({ accountId: id, listId: id }))
    const accounts = new Map([[1, { inUse: 0, nextStartAt: NOW - 10 }]])
    assert.deepEqual(order({ candidates, accounts, atMost: 1 }), [2])
  })
})

/** A course of allocations with calls that end, starts that leave late, and limits everywhere. */
const COURSE = fc.record({
  rates: fc.record({
    installation: fc.integer({ min: 1, max: 30 }),
    a: fc.integer({ min: 1, max: 12 }),
    account: fc.double({ min: 0.5, max: 9, noNaN: true }),
    campaign: fc.integer({ min: 1, max: 9 }),
  }),
  lines: fc.record({
    installation: fc.integer({ min: 1, max: 40 }),
    a: fc.integer({ min: 1, max: 9 }),
    account: fc.integer({ min: 1, max: 9 }),
  }),
  looks: fc.array(
    fc.record({
      pauseMs: fc.nat(180),
      lateMs: fc.array(fc.nat(LATEST_START_MS), { minLength: 30, maxLength: 30 }),
      talkMs: fc.integer({ min: 50, max: 3000 }),
    }),
    { minLength: 60, maxLength: 120 },
  ),
})

type Course = typeof COURSE extends fc.Arbitrary<infer Value> ? Value : never

interface Sent {
  readonly at: number
  readonly until: number
  readonly scopes: readonly string[]
}

const CANDIDATES = [
  candidate({ listId: 1, accountId: 1, campaignId: 1, trunks: ['a', 'b'] }),
  candidate({ listId: 2, accountId: 1, campaignId: 2, kind: 'single', trunks: ['b'] }),
  candidate({ listId: 3, accountId: 2, campaignId: 3, trunks: ['b', 'a'] }),
]

/** Plays the course; what each scope saw. */
function play({ rates, lines, looks }: Course): Sent[] {
  const next = new Map<string, number>()
  const sent: Sent[] = []
  let now = NOW
  const scope = (name: string, limits: Omit<StartScope, 'inUse'> = {}): StartScope => ({
    ...limits,
    inUse: sent.filter(({ until, scopes }) => until > now && scopes.includes(name)).length,
    nextStartAt: next.get(name),
  })
  for (const { pauseMs, lateMs, talkMs } of looks) {
    now += pauseMs
    const allocation = allocateStarts({
      now,
      atMost: 30,
      installation: scope('installation', limitsOf('installation')),
      trunks: new Map([
        ['a', scope('trunk:a', limitsOf('a'))],
        ['b', scope('trunk:b')],
      ]),
      accounts: new Map([
        [1, scope('account:1', limitsOf('account'))],
        [2, scope('account:2')],
      ]),
      campaigns: new Map([[3, scope('campaign:3', { callsPerSecond: rates.campaign })]]),
      candidates: CANDIDATES,
    })
    for (const [name, at] of allocation.nextStartAt) next.set(name, at)
    for (const [index, { candidate: one, trunk, startAt }] of allocation.starts.entries()) {
      assert.ok(startAt >= now && startAt <= now + LOOK_AHEAD_MS && one.trunks.includes(trunk))
      const at = startAt + (lateMs[index] ?? 0)
      const own = [`trunk:${trunk}`, `account:${one.accountId}`, `campaign:${one.campaignId}`]
      sent.push({ at, until: at + talkMs, scopes: ['installation', ...own] })
    }
  }
  return sent

  function limitsOf(name: keyof Course['lines']): Omit<StartScope, 'inUse'> {
    return { callsPerSecond: rates[name], lines: lines[name] }
  }
}

function mostAt(sent: readonly Sent[], within: (one: Sent, other: Sent) => boolean): number {
  return Math.max(0, ...sent.map((one) => sent.filter((other) => within(one, other)).length))
}

describe('allocateStarts: however late each start leaves and however calls end', () => {
  const named = (sent: readonly Sent[], name: string): Sent[] =>
    sent.filter(({ scopes }) => scopes.includes(name))

  it('no second sees more starts of a scope than allowed', () => {
    fc.assert(
      fc.property(COURSE, (course) => {
        const sent = play(course)
        const { rates } = course
        const allowed = [
          ['installation', rates.installation],
          ['trunk:a', rates.a],
          ['account:1', rates.account],
          ['campaign:3', rates.campaign],
        ] as const
        for (const [name, rate] of allowed) {
          const windowMs = 1000 / Math.min(1, rate)
          const most = mostAt(
            named(sent, name),
            (one, { at }) => at >= one.at && at < one.at + windowMs,
          )
          assert.ok(most <= Math.max(1, rate), `${name}: ${most} in a second, ${rate} allowed`)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('no scope has more calls at once than lines', () => {
    fc.assert(
      fc.property(COURSE, (course) => {
        const sent = play(course)
        const { lines } = course
        const limited = [
          ['installation', lines.installation],
          ['trunk:a', lines.a],
          ['account:1', lines.account],
        ] as const
        for (const [name, most] of limited) {
          const open = (one: Sent, other: Sent): boolean =>
            other.at <= one.at && other.until > one.at
          assert.ok(mostAt(named(sent, name), open) <= most)
        }
      }),
      { numRuns: 100 },
    )
  })
})
