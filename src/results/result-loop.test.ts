import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import {
  createGuardedFetch,
  onMeasure,
  onStop,
  type Stop,
  silentLogger,
  systemClock,
  systemRandom,
  VirtualClock,
} from '#base'
import {
  claimDueResults,
  type Database,
  ensureDefaultCampaign,
  findCall,
  finishCalls,
  insertAccount,
  insertCalls,
  insertWebhookSecret,
} from '#store'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { HttpSink } from '#test/http-sink'
import { BUSY, resultOfCall } from '#test/store-fixture'
import { until } from '#test/until'
import { ResultLoop, type ResultLoopOptions, type ResultSettings } from './result-loop.ts'
import { signResult } from './sign-result.ts'

const FETCH = createGuardedFetch({
  allowPrivate: ['127.0.0.0/8'],
  userAgent: 'Outdial/test',
  clock: systemClock,
})
const SOON = { pausesSeconds: Array.from({ length: 9 }, () => 0.02), jitter: 0 }
const BODY = 'phone_number=%2B16177123000&message_reference=caf%C3%A9+%26&exit='

describe('result loop', () => {
  let database: TestDatabase
  let sink: HttpSink
  let loops: ResultLoop[] = []

  before(async () => {
    database = await openTestDatabase()
  })
  after(() => database?.close())
  beforeEach(async () => {
    sink = await new HttpSink().start()
  })
  afterEach(async () => {
    await Promise.all(loops.map((loop) => loop.stop()))
    loops = []
    await sink.stop()
    await database.db.execute(
      'TRUNCATE accounts, campaigns, calls, results, result_tries, result_destinations, result_claims CASCADE',
    )
  })

  const makeLoop = (
    settings: Partial<ResultSettings> = {},
    other: Partial<ResultLoopOptions> = {},
  ): ResultLoop => {
    const loop = new ResultLoop({
      db: database.db,
      fetch: FETCH,
      clock: systemClock,
      log: silentLogger,
      random: systemRandom,
      settings: { pollMs: 20, schedule: SOON, ...settings },
      ...other,
    })
    loops.push(loop)
    return loop
  }

  let accounts = 0
  const addAccount = async (): Promise<number> => {
    const account = await insertAccount(database.db, { login: `a${accounts++}`, pinHash: 'x' })
    return account?.accountId ?? 0
  }

  /** A result in the outbox, as `finishAttempt` leaves it. Returns its call's id. */
  const storeResult = async (
    path = '/result',
    { accountId = 0, origin = sink }: { accountId?: number; origin?: HttpSink } = {},
  ): Promise<number> => {
    const owner = accountId || (await addAccount())
    const [callId = 0] = await insertCalls(database.db, [
      {
        accountId: owner,
        campaignId: await ensureDefaultCampaign(database.db, owner),
        phoneNumber: '+16177123000',
        destination: '+16177123000',
        startUrl: 'http://start.example/',
        resultUrl: origin.url(path),
        messageReference: '',
        callParameters: '',
        maxRetries: 0,
        retryIntervalSeconds: 60,
      },
    ])
    const claim = { accountId: owner, callId, claimEpoch: 0 }
    const result = resultOfCall(callId, BODY)
    assert.deepEqual(await finishCalls(database.db, [{ claim, ending: BUSY, result }]), [callId])
    return callId
  }

  const deliveryOf = async (callId: number) => (await findCall(database.db, callId))?.result

  const triesOf = (callId: number) =>
    database.db.query<{ try: number; status: number | null; error: string | null }>(
      'SELECT try, http_status AS status, error FROM result_tries WHERE call_id = $1 ORDER BY try',
      [callId],
    )

  it('posts what is stored, as it is stored, as soon as it is stored', async () => {
    await makeLoop({ pollMs: 60_000 }).start()
    const callId = await storeResult('/result?a=1')
    const request = await sink.waitFor()
    assert.equal(request.method, 'POST')
    assert.equal(request.url, '/result?a=1')
    assert.equal(request.body, BODY)
    assert.equal(request.headers['content-type'], 'application/x-www-form-urlencoded')
    assert.equal(request.headers['webhook-id'], `msg_${callId}`)
    const timestamp = Number(request.headers['webhook-timestamp'])
    assert.ok(Math.abs(timestamp - Date.now() / 1000) < 5)
    await loops[0]?.stop()
    assert.equal((await deliveryOf(callId))?.state, 'delivered')
    assert.deepEqual(await triesOf(callId), [{ try: 1, status: 200, error: null }])
    assert.equal(sink.received.length, 1)
  })

  it('tries again until a 2xx, with the same id and the same bytes, following no redirect', async () => {
    const statuses = [500, 302, 307, 404, 204]
    sink.answer = (_request, index) => ({
      status: statuses[index] ?? 200,
      headers: { location: '/elsewhere' },
    })
    const callId = await storeResult()
    await makeLoop().start()
    const received = await sink.waitForCount(5)
    await loops[0]?.stop()
    assert.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 1)
    assert.deepEqual(new Set(received.map(({ body }) => body)), new Set([BODY]))
    assert.deepEqual(new Set(received.map(({ url }) => url)), new Set(['/result']))
    const tries = await triesOf(callId)
    assert.deepEqual(
      tries.map(({ status }) => status),
      statuses,
    )
    assert.equal((await deliveryOf(callId))?.state, 'delivered')
  })

  it('signs with the secrets that the account has at the time of the try', async () => {
    const accountId = await addAccount()
    const secrets = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((key) => key.toString('base64'))
    for (const secret of secrets) {
      await insertWebhookSecret(database.db, { accountId, secret, keepOldSeconds: 60 })
    }
    await storeResult('/signed', { accountId })
    await makeLoop().start()
    const { headers, body } = await sink.waitFor()
    const timestamp = Number(headers['webhook-timestamp'])
    const webhookId = String(headers['webhook-id'])
    const expected = signResult(secrets.toReversed(), { webhookId, timestamp, body })
    assert.equal(headers['webhook-signature'], expected)
  })

  it('gives up on 410', async () => {
    sink.answer = () => ({ status: 410 })
    const callId = await storeResult()
    await makeLoop().start()
    await sink.waitFor()
    await loops[0]?.stop()
    const delivery = await deliveryOf(callId)
    assert.equal(delivery?.state, 'undeliverable')
    assert.equal(delivery?.httpStatus, 410)
    assert.equal(sink.received.length, 1)
  })

  it('waits as long as Retry-After asks', async () => {
    sink.answer = () => ({ status: 503, headers: { 'retry-after': '3600' } })
    const callId = await storeResult()
    await makeLoop().start()
    await sink.waitFor()
    await loops[0]?.stop()
    const dueAt = (await deliveryOf(callId))?.dueAt.getTime() ?? 0
    assert.ok(Math.abs(dueAt - Date.now() - 3_600_000) < 10_000)
  })

  it('gives up after the last try of the schedule, keeps the result, and counts it', async () => {
    sink.answer = () => ({ status: 500, body: `out of ${'order '.repeat(1000)}` })
    const callId = await storeResult()
    const verdicts: string[] = []
    const unlisten = onMeasure('result-tried', ({ verdict }) => verdicts.push(verdict))
    await makeLoop().start()
    await until(async () => (await deliveryOf(callId))?.state === 'undeliverable')
    await loops[0]?.stop()
    unlisten()
    assert.equal(sink.received.length, 10)
    assert.deepEqual(verdicts, [...Array(9).fill('retry'), 'exhausted'])
    const [{ reply = '' } = {}] = await database.db.query<{ reply: string }>(
      'SELECT reply FROM result_tries WHERE call_id = $1 AND try = 10',
      [callId],
    )
    assert.equal(reply, `out of ${'order '.repeat(1000)}`.slice(0, 1024))
  })

  it('counts no try that was never made: whoever crashes again and again loses nothing', async () => {
    const callId = await storeResult()
    await database.db.execute('UPDATE results SET tries = 25')
    await makeLoop().start()
    await sink.waitFor()
    await loops[0]?.stop()
    assert.equal((await deliveryOf(callId))?.state, 'delivered')
  })

  it('writes down why there was no answer', async () => {
    const gone = await new HttpSink().start()
    const callId = await storeResult('/result', { origin: gone })
    await gone.stop()
    const loop = makeLoop()
    await loop.runOnce()
    await loop.stop()
    const [first] = await triesOf(callId)
    assert.equal(first?.status, null)
    assert.match(first?.error ?? '', /^fetch-refused: /)
    assert.equal((await deliveryOf(callId))?.state, 'pending')
  })

  it('posts again what a node that died had claimed, when the lease is over', async () => {
    const callId = await storeResult()
    assert.equal((await claimDueResults(database.db, { limit: 1, leaseSeconds: 0.1 })).length, 1)
    await makeLoop().start()
    await sink.waitFor()
    await loops[0]?.stop()
    assert.equal((await deliveryOf(callId))?.state, 'delivered')
    assert.deepEqual(
      (await triesOf(callId)).map((tried) => tried.try),
      [2],
    )
  })

  it('renews its lease as long as a post takes, and lets go of it when it stops', async () => {
    sink.answer = () => ({})
    await storeResult()
    await makeLoop({ drainMs: 0 }).start()
    await sink.waitFor()
    const leases = () =>
      database.db.query<{ until: Date }>('SELECT leased_until AS until FROM result_claims')
    const [first] = await leases()
    await until(async () => (await leases()).some(({ until: at }) => at > (first?.until ?? at)))
    await makeLoop().runOnce()
    assert.equal(sink.received.length, 1)
    await Promise.all(loops.map((loop) => loop.stop()))
    assert.deepEqual(await leases(), [])
  })

  it('posts again what it could not write down, though not at once', async () => {
    const callId = await storeResult()
    let failures = 0
    const query: Database['query'] = (sql, params) =>
      /INSERT INTO result_tries/.test(sql) && failures++ === 0
        ? Promise.reject(new Error('disk full'))
        : database.db.query(sql, params)
    const failing = new Proxy(database.db, {
      get: (db, name: keyof Database) => (name === 'query' ? query : db[name].bind(db)),
    })
    const clock = new VirtualClock()
    const loop = makeLoop({ pollMs: 60_000 }, { db: failing, clock })
    await loop.runOnce()
    await until(async () => failures === 1)
    assert.equal(await loop.runOnce(), 0)
    await clock.advance(30_000)
    assert.equal(await loop.runOnce(), 1)
    await loop.stop()
    assert.equal(sink.received.length, 2)
    assert.equal((await deliveryOf(callId))?.state, 'delivered')
  })

  it('breaks a post off when it stops, and leaves the result to the next node', async () => {
    sink.answer = () => ({})
    const callId = await storeResult()
    await makeLoop({ drainMs: 0 }).start()
    await sink.waitFor()
    await loops[0]?.stop()
    assert.equal((await deliveryOf(callId))?.state, 'pending')
    sink.answer = () => ({ status: 200 })
    await makeLoop().start()
    await sink.waitForCount(2)
    await loops[1]?.stop()
    assert.equal((await deliveryOf(callId))?.state, 'delivered')
  })

  it('does not let a slow receiver delay others, be they of the same account', async () => {
    const accountId = await addAccount()
    const hanging = await new HttpSink().start('127.0.0.2')
    hanging.answer = () => ({})
    for (let n = 0; n < 60; n++) await storeResult('/slow', { accountId, origin: hanging })
    await storeResult('/quick', { accountId })
    const loop = makeLoop({
      ...{ concurrency: 40, concurrencyPerDestination: 5 },
      ...{ pollMs: 60_000, drainMs: 0 },
    })
    await loop.runOnce()
    await sink.waitFor(({ url }) => url === '/quick')
    await hanging.waitForCount(5)
    assert.equal(hanging.received.length, 5)
    await hanging.stop()
  })

  it('leaves a place for another however many receivers hang', async () => {
    const hanging: HttpSink[] = []
    for (let host = 2; host < 12; host++) {
      const one = await new HttpSink().start(`127.0.0.${host}`)
      one.answer = () => ({})
      hanging.push(one)
    }
    const accountId = await addAccount()
    for (const origin of hanging) {
      for (let n = 0; n < 12; n++) await storeResult('/slow', { accountId, origin })
    }
    const loop = makeLoop({
      ...{ concurrency: 20, concurrencyPerDestination: 5 },
      ...{ pollMs: 60_000, drainMs: 0 },
    })
    await loop.runOnce()
    await Promise.all(hanging.map((one) => one.waitFor()))
    await storeResult('/quick', { accountId })
    await loop.runOnce()
    await sink.waitFor(({ url }) => url === '/quick')
    await loop.stop()
    for (const one of hanging) await one.stop()
  })

  it('passes its two stops', async () => {
    const callId = await storeResult()
    const seen: [Stop, number | undefined][] = []
    const unsubscribe = onStop(({ stop, callId: id }) => seen.push([stop, id]))
    const loop = makeLoop()
    assert.equal(await loop.runOnce(), 1)
    await sink.waitFor()
    unsubscribe()
    assert.deepEqual(seen, [
      ['results/result-loop', callId],
      ['results/post-result', callId],
    ])
  })
})
