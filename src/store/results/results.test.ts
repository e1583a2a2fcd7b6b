import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterNoon, BUSY, endOf, NOON, RESULT_BODY, useStore } from '#test/store-fixture'
import {
  type ClaimedResult,
  claimDueResults,
  disableResultUrls,
  enableResultUrl,
  findCall,
  findResult,
  findResultTries,
  finishCalls,
  holdResults,
  insertAccount,
  listDisabledResultUrls,
  listResults,
  RESULTS_DUE,
  type ResultClaim,
  type ResultTry,
  recordResultTries,
  replayResults,
} from '../index.ts'

const RESULT_URL = 'https://example.org/result'
const REST = { afterFailures: 3, firstSeconds: 5, longestSeconds: 15 }
const OK = {
  durationMs: 3,
  httpStatus: 200,
  isAlive: true,
  verdict: { kind: 'delivered' },
} as const
const ERROR = { durationMs: 3, httpStatus: 500, isAlive: false } as const

describe('results', { timeout: 60_000 }, () => {
  const fixture = useStore()

  const end = (callId: number, now = NOON): Promise<number[]> => {
    const claim = { accountId: fixture.accountId, callId, claimEpoch: 0 }
    return finishCalls(fixture.db, [endOf(claim, BUSY)], now)
  }
  const queueEnded = async (resultUrl = RESULT_URL, now = NOON): Promise<number> => {
    const callId = await fixture.queue({ resultUrl })
    await end(callId, now)
    return callId
  }
  /** For a claimant of its own, or for one that has `held` alone in hand. */
  const due = (
    now: Date,
    limit = 9,
    mine: Pick<ResultClaim, 'claimant' | 'held'> = {},
  ): Promise<ClaimedResult[]> =>
    claimDueResults(fixture.db, { limit, leaseSeconds: 30, now, ...mine })
  const dueOne = async (now: Date, mine = {}): Promise<ClaimedResult> =>
    (await due(now, 9, mine))[0] ?? assert.fail('nothing was due')
  const record = (tries: readonly ResultTry[], now?: Date) =>
    recordResultTries(fixture.db, tries, REST, now)
  const resultOf = async (callId: number) => (await findCall(fixture.db, callId))?.result
  const retry = (pauseSeconds: number) => ({ kind: 'retry', pauseSeconds }) as const
  const exhausted = { kind: 'undeliverable', why: 'exhausted' } as const

  it('delivers to the call’s own URL, and nothing where it has none', async () => {
    const silent = await fixture.queue()
    const callId = await fixture.queue({ resultUrl: RESULT_URL })
    const woken = Promise.withResolvers<void>()
    const unlisten = fixture.db.listen(RESULTS_DUE, woken.resolve)
    assert.deepEqual(await end(silent), [silent])
    assert.deepEqual(await end(callId), [callId])
    assert.deepEqual(await end(callId), [])
    await woken.promise
    unlisten()
    const [result, ...others] = await due(NOON)
    assert.deepEqual(others, [])
    assert.deepEqual(result, {
      accountId: fixture.accountId,
      callId,
      sequence: 0,
      webhookId: `msg_${callId}`,
      url: RESULT_URL,
      destination: 'https://example.org',
      body: RESULT_BODY,
      try: 1,
      step: 0,
      secrets: [],
    })
  })

  it('leases a claim: whoever dies with it does not lose the result', async () => {
    const callId = await queueEnded()
    const first = await dueOne(NOON)
    assert.deepEqual(await due(afterNoon(29)), [])
    const second = await dueOne(afterNoon(30))
    assert.deepEqual([second.try, second.step, second.body], [2, 0, first.body])
    await record([{ result: first, ...ERROR, verdict: retry(999) }], afterNoon(31))
    await record([{ result: first, ...ERROR, verdict: exhausted }], afterNoon(31))
    assert.deepEqual((await resultOf(callId))?.dueAt, NOON)
    await record([{ result: second, ...ERROR, verdict: retry(60) }], afterNoon(31))
    assert.deepEqual((await resultOf(callId))?.dueAt, afterNoon(91))
    assert.deepEqual(await due(afterNoon(90)), [])
    const third = await dueOne(afterNoon(91))
    assert.deepEqual([third.try, third.step], [3, 1])
  })

  it('gives two that claim at once nothing twice, and each what it had before', async () => {
    for (let count = 0; count < 9; count++) await queueEnded()
    const claims = await Promise.all(Array.from({ length: 4 }, () => due(NOON, 2)))
    assert.deepEqual(
      claims.map((claim) => claim.length),
      [2, 2, 2, 2],
    )
    assert.equal(new Set(claims.flat().map(({ callId }) => callId)).size, 8)
    const mine = { claimant: 'one' }
    const held = await due(NOON, 9, mine)
    assert.equal(held.length, 1)
    assert.deepEqual(await due(afterNoon(29), 9, { ...mine, held }), [])
    const others = await due(afterNoon(31))
    assert.equal(others.length, 8, 'the renewed lease goes on')
    assert.ok(others.every(({ callId }) => callId !== held[0]?.callId))
  })

  it('counts a try of what has ended meanwhile', async () => {
    const callId = await queueEnded()
    const first = await dueOne(NOON)
    assert.equal(await disableResultUrls(fixture.db, [first], NOON), 1)
    await record([{ result: first, ...ERROR, verdict: retry(1) }], afterNoon(1))
    const { state, tries } = (await resultOf(callId)) ?? {}
    assert.deepEqual([state, tries], ['undeliverable', 1])
  })

  it('gives back what was not tried, and what was broken off, with no failure counted', async () => {
    await queueEnded()
    await queueEnded()
    const claimant = 'one'
    const both = await due(NOON, 9, { claimant })
    const [first, last] = both
    await holdResults(fixture.db, { claimant, held: both.slice(0, 1) })
    const back = await dueOne(afterNoon(1))
    assert.deepEqual([back.callId, back.try], [last?.callId, 1])
    await holdResults(fixture.db, { claimant, held: [] })
    const second = await dueOne(afterNoon(2), { claimant })
    assert.deepEqual([second.callId, second.try], [first?.callId, 1])
    assert.deepEqual(await due(afterNoon(2)), [])
    const broken = { durationMs: 3, isAlive: false, verdict: { kind: 'broken-off' } } as const
    await record([{ result: second, ...broken, error: 'canceled' }], afterNoon(3))
    await holdResults(fixture.db, { claimant, held: [] })
    const third = await dueOne(afterNoon(3))
    assert.deepEqual([third.step, third.try], [0, 2])
  })

  it('counts a result as delivered whichever try got there', async () => {
    const callId = await queueEnded()
    const first = await dueOne(NOON)
    const second = await dueOne(afterNoon(30))
    await record([{ result: first, ...OK }], afterNoon(31))
    await record([{ result: second, ...OK }], afterNoon(32))
    await record([{ result: second, ...ERROR, verdict: retry(1) }], afterNoon(33))
    assert.deepEqual(await due(afterNoon(9999)), [])
    assert.deepEqual((await resultOf(callId))?.endedAt, afterNoon(31))
  })

  it('writes down each try, and shows the latest', async () => {
    const callId = await queueEnded()
    const refused = { error: 'connection refused', durationMs: 12.6, isAlive: false } as const
    const first = await dueOne(NOON)
    await record([{ result: first, ...refused, verdict: retry(30) }], NOON)
    await record([{ result: first, ...refused, verdict: retry(30) }], NOON)
    const second = await dueOne(afterNoon(30))
    const failed = { ...ERROR, reply: 'no such table', verdict: exhausted }
    await record([{ result: second, ...failed }], afterNoon(31))
    const { state, url, tries, endedAt, httpStatus } = (await resultOf(callId)) ?? {}
    assert.deepEqual(
      [state, url, tries, endedAt, httpStatus],
      ['undeliverable', RESULT_URL, 2, afterNoon(31), 500],
    )
    const history = await findResultTries(fixture.db, first)
    const told = history?.tries.map(({ triedAt: _, ...one }) => one)
    assert.deepEqual(told, [
      { try: 1, error: 'connection refused', durationMs: 13 },
      { try: 2, httpStatus: 500, reply: 'no such table', durationMs: 3 },
    ])
  })

  it('stores a result with the call’s end or not at all', async () => {
    const callId = await fixture.queue({ resultUrl: RESULT_URL })
    const failure = fixture.db.transaction(async (tx) => {
      const claim = { accountId: fixture.accountId, callId, claimEpoch: 0 }
      assert.deepEqual(await finishCalls(tx, [endOf(claim, BUSY)]), [callId])
      throw new Error('died')
    })
    await assert.rejects(failure, /died/)
    assert.deepEqual(await due(afterNoon(9999)), [])
  })

  it('gives every destination its part of a claim, however many wait at another', async () => {
    for (let count = 0; count < 30; count++) await queueEnded('http://a.example/full')
    for (const url of [
      'http://b.example:81/x?1',
      'HTTP://B.example:81/y',
      'https://b.example:81/',
    ]) {
      await queueEnded(url, afterNoon(1))
    }
    const claimed = await due(afterNoon(2), 9)
    const count = (destination: string): number =>
      claimed.filter((one) => one.destination === destination).length
    assert.equal(count('http://b.example:81'), 2)
    assert.equal(count('https://b.example:81'), 1)
    assert.equal(count('http://a.example'), 3)
    const busy = [
      { ...(claimed[0] ?? assert.fail()), destination: 'http://a.example', load: 3, room: 2 },
    ]
    const next = await claimDueResults(fixture.db, {
      ...{ limit: 9, leaseSeconds: 30, now: afterNoon(2), room: 0 },
      busy,
    })
    assert.equal(next.length, 2, 'no more than there is room for')
  })

  it('lets a destination rest that fails, then sends one result, and all when it is back', async () => {
    for (let count = 0; count < 6; count++) await queueEnded()
    const mine = { claimant: 'poster' }
    const failed = (await due(NOON, 4, mine)).map((result) => {
      return { result, ...ERROR, verdict: retry(0) } as const
    })
    await record(failed.slice(0, 2), NOON)
    assert.equal(
      (await due(NOON, 1, { ...mine, held: failed.map(({ result }) => result) })).length,
      1,
      'two failures are not yet three',
    )
    await record(failed.slice(2), NOON)
    assert.deepEqual(await due(afterNoon(4.9), 9, mine), [])
    const [probe, ...more] = await due(afterNoon(5), 9, mine)
    assert(probe)
    assert.deepEqual(more, [])
    await record([{ result: probe, ...ERROR, verdict: retry(0) }], afterNoon(5))
    assert.deepEqual(await due(afterNoon(14.9), 9, mine), [], 'twice as long')
    const second = await dueOne(afterNoon(15), mine)
    await record([{ result: second, ...ERROR, verdict: retry(0) }], afterNoon(15))
    assert.deepEqual(await due(afterNoon(29.9), 9, mine), [], 'and no longer than the longest')
    const third = await dueOne(afterNoon(30), mine)
    await record([{ result: third, ...OK }], afterNoon(30))
    assert.equal((await due(afterNoon(31), 9, mine)).length, 5)
  })

  it('rests for one account alone', async () => {
    const other = await insertAccount(fixture.db, { login: 'other', pinHash: 'x' })
    await queueEnded()
    const result = await dueOne(NOON)
    const theirs = { ...result, accountId: other?.accountId ?? 0 }
    const failed = Array.from({ length: 3 }, (_, index) => {
      return { result: { ...theirs, try: index }, ...ERROR, verdict: retry(0) } as const
    })
    await record(failed, NOON)
    assert.equal((await due(afterNoon(30))).length, 1)
  })

  it('sends nothing to a URL that is gone, until one is received there or somebody says so', async () => {
    const OTHER = 'https://example.org/other'
    const ids = [await queueEnded(), await queueEnded(), await queueEnded(OTHER)]
    const claimed = await due(NOON)
    const gone = claimed.find(({ callId }) => callId === ids[0]) ?? assert.fail()
    const verdict = { kind: 'undeliverable', why: 'gone' } as const
    await record([{ result: gone, durationMs: 1, httpStatus: 410, isAlive: true, verdict }], NOON)
    assert.equal(await disableResultUrls(fixture.db, [gone], NOON), 1)
    assert.equal(await disableResultUrls(fixture.db, [gone], NOON), 0)
    const later = await queueEnded()
    const rows = await listResults(fixture.db, { accountId: fixture.accountId, limit: 9 })
    assert.deepEqual(
      rows.map(({ callId, state, why }) => [callId, state, why]),
      [
        [later, 'undeliverable', 'disabled'],
        [ids[2], 'pending', undefined],
        [ids[1], 'undeliverable', 'disabled'],
        [ids[0], 'undeliverable', 'gone'],
      ],
    )
    const { accountId } = fixture
    const listed = await listDisabledResultUrls(fixture.db, { accountId, limit: 9 })
    assert.deepEqual(listed, [{ url: RESULT_URL, disabledAt: NOON, webhookId: gone.webhookId }])
    // Replayed, one goes there all the same; received, it opens the way.
    const webhookId = `msg_${later}`
    const one = { accountId, state: 'undeliverable', webhookId } as const
    assert.equal(await replayResults(fixture.db, one, 9, afterNoon(60)), 1)
    const again = (await due(afterNoon(60))).find(({ callId }) => callId === later)
    await record([{ result: again ?? assert.fail(), ...OK }], afterNoon(61))
    assert.deepEqual(await listDisabledResultUrls(fixture.db, { accountId, limit: 9 }), [])
    await disableResultUrls(fixture.db, [gone], NOON)
    assert.equal(await enableResultUrl(fixture.db, gone), 1)
    assert.equal((await resultOf(await queueEnded()))?.state, 'pending')
  })

  it('replays what is asked for, with a fresh schedule, and lists page by page', async () => {
    const { accountId } = fixture
    const ids = [await queueEnded(), await queueEnded(), await queueEnded('http://b.example/')]
    const tries = (await due(NOON)).map((result) => {
      return { result, ...ERROR, verdict: exhausted } as const
    })
    await record(tries, NOON)
    const first = await listResults(fixture.db, { accountId, state: 'undeliverable', limit: 2 })
    const before = first.at(-1)
    const second = await listResults(fixture.db, {
      ...{ accountId, state: 'undeliverable', limit: 2 },
      before,
    })
    assert.deepEqual(
      [...first, ...second].map(({ callId }) => callId),
      ids.toReversed(),
    )
    const undeliverable = { accountId, state: 'undeliverable' } as const
    const nobodys = { ...undeliverable, accountId: accountId + 1 }
    assert.equal(await replayResults(fixture.db, nobodys, 9), 0)
    const future = { ...undeliverable, from: new Date('2100-01-01') }
    assert.equal(await replayResults(fixture.db, future, 9), 0)
    const atUrl = { ...undeliverable, url: 'http://b.example/' }
    assert.equal(await replayResults(fixture.db, atUrl, 9, afterNoon(60)), 1)
    assert.equal(await replayResults(fixture.db, undeliverable, 1, afterNoon(60)), 1)
    const again = await due(afterNoon(60))
    assert.deepEqual(
      again.map(({ step }) => step),
      [0, 0],
    )
    const found = await findResult(fixture.db, { accountId, webhookId: `msg_${ids[2]}` })
    assert.deepEqual([found?.state, found?.body, found?.why], ['pending', RESULT_BODY, undefined])
  })
})
