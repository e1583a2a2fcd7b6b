import { seededRandom } from '#base'
import { addAccount, type CallsContext, cancelPending, settleLists } from '#calls'
import { ensureDefaultCampaign, insertCalls, replayResults } from '#store'
import { callsOn } from '#test/calls-context'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { until } from '#test/until'
import { judge, type Verdict } from './judge.ts'
import { Poster } from './poster.ts'
import { flaky, Receiver, redirecting } from './receiver.ts'

/** Their parts of all results. */
const SHARES = {
  /** Takes everything at once, and is alone in its account. */
  good: 0.4,
  /** The same, in the account of the bad ones. */
  neighbour: 0.1,
  flaky: 0.3,
  redirecting: 0.05,
  /** Answers nothing before the good ones have all they are to get. */
  slow: 0.03,
  /** Nobody listens there before then. */
  down: 0.07,
  /** 410, until it is said to be there again. */
  gone: 0.05,
} as const

type Name = keyof typeof SHARES

/** Pauses of the schedule are so many times shorter: 5 minutes are half a second. */
const HASTE = 600
const SCHEDULE = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
const SETTINGS = {
  ...{ timeoutMs: 2000, leaseSeconds: 4, pollMs: 200, drainMs: 1000 },
  schedule: { jitter: 0.2, pausesSeconds: SCHEDULE.map((seconds) => seconds / HASTE) },
  rest: { afterFailures: 10, firstSeconds: 0.5, longestSeconds: 4 },
}
const POSTERS = 2
const INSERTED_AT_ONCE = 1000

export interface Course {
  readonly results: number
  /** Posters that are killed, one after the other, while results are delivered. */
  readonly kills: number
  readonly deadlineMs: number
  readonly seed: string
}

/**
 * Ends so many calls, whose results go to receivers good and bad, while posters are killed and started
 * again; returns what was seen, and which promises were broken.
 */
export async function runCourse(course: Course): Promise<Verdict> {
  const database = await openTestDatabase()
  const receivers = await startReceivers(course.seed)
  const posters: Poster[] = []
  try {
    const calls = callsOn(database.db)
    const accounts = await queueCalls(calls, receivers, course.results)
    for (let count = 0; count < POSTERS; count++) {
      posters.push(await Poster.start(database.url, SETTINGS))
    }
    const beganMs = performance.now()
    const killed = killAlong(course, { receivers, posters, url: database.url })
    await endCalls(calls, accounts)
    await deliver(course, database, receivers, accounts)
    await killed
    const seconds = (performance.now() - beganMs) / 1000
    return await judge(database.db, { receivers: [...receivers.values()], seconds })
  } finally {
    for (const poster of posters) await poster.end('SIGTERM')
    for (const receiver of receivers.values()) await receiver.stop()
    await database.close()
  }
}

type Receivers = ReadonlyMap<Name, Receiver>

async function startReceivers(seed: string): Promise<Receivers> {
  const taken = () => ({ status: 200 })
  const manners = {
    ...{ good: taken, neighbour: taken, down: taken, slow: taken },
    flaky: flaky(seededRandom(seed)),
    redirecting,
    gone: () => ({ status: 410 }),
  }
  const receivers = new Map<Name, Receiver>()
  for (const name of Object.keys(SHARES) as Name[]) {
    receivers.set(name, await new Receiver(name, manners[name]).start())
  }
  await of(receivers, 'down').stop()
  return receivers
}

function of(receivers: Receivers, name: Name): Receiver {
  const receiver = receivers.get(name)
  if (receiver === undefined) throw new Error(`There is no receiver ${name}.`)
  return receiver
}

/** Far ahead, so that nobody dials them. Returns the accounts. */
async function queueCalls(
  calls: CallsContext,
  receivers: Receivers,
  results: number,
): Promise<number[]> {
  const accounts: number[] = []
  for (const login of ['alone', 'mixed']) {
    const { accountId } = await addAccount(calls, { login, pin: '1234' })
    accounts.push(accountId)
  }
  const [alone = 0, mixed = 0] = accounts
  for (const [name, receiver] of receivers) {
    const accountId = name === 'good' ? alone : mixed
    const campaignId = await ensureDefaultCampaign(calls.db, accountId)
    const wanted = Math.round(SHARES[name] * results)
    for (let first = 0; first < wanted; first += INSERTED_AT_ONCE) {
      const rows = Array.from({ length: Math.min(INSERTED_AT_ONCE, wanted - first) }, (_, n) => ({
        ...{ accountId, campaignId, phoneNumber: '6177123000', destination: '+16177123000' },
        ...{ startUrl: 'http://127.0.0.1/', resultUrl: receiver.url, callParameters: 'a=1&b=ü' },
        ...{ messageReference: `${name} ${first + n}`, maxRetries: 0, retryIntervalSeconds: 60 },
        scheduledAt: new Date('2100-01-01'),
      }))
      await insertCalls(calls.db, rows)
    }
  }
  return accounts
}

async function endCalls(calls: CallsContext, accounts: readonly number[]): Promise<void> {
  for (const accountId of accounts) await cancelPending(calls, { accountId })
  while ((await settleLists(calls)) > 0);
}

/** One after the other, each when another part of what the good receivers are to get has arrived. */
async function killAlong(
  { kills, results, deadlineMs }: Course,
  { receivers, posters, url }: { receivers: Receivers; posters: Poster[]; url: string },
): Promise<void> {
  const good = of(receivers, 'good')
  for (let kill = 0; kill < kills; kill++) {
    const share = (SHARES.good * results * (kill + 1)) / (kills + 1)
    await until(async () => good.delivered >= share, deadlineMs)
    const victim = kill % posters.length
    await posters[victim]?.end('SIGKILL')
    posters[victim] = await Poster.start(url, SETTINGS)
  }
}

async function deliver(
  { results, deadlineMs }: Course,
  { db }: TestDatabase,
  receivers: Receivers,
  [, mixed = 0]: readonly number[],
): Promise<void> {
  const has = (name: Name): Promise<void> => {
    const wanted = Math.round(SHARES[name] * results)
    return until(async () => of(receivers, name).delivered >= wanted, deadlineMs)
  }
  const released = Promise.withResolvers<void>()
  of(receivers, 'slow').manner = () => released.promise.then(() => ({ status: 200 }))
  // What is good gets all of its own while others hang: else nothing goes on from here.
  await Promise.all([has('good'), has('neighbour')])
  released.resolve()
  of(receivers, 'slow').manner = () => ({ status: 200 })
  await of(receivers, 'down').start()
  await Promise.all((['flaky', 'redirecting', 'slow', 'down'] as const).map(has))
  const gone = of(receivers, 'gone')
  const replay = { accountId: mixed, state: 'undeliverable', url: gone.url } as const
  const parked = async (): Promise<number> => {
    const [row] = await db.query<{ count: number }>(
      `SELECT count(*) AS count FROM results WHERE url = $1 AND state = 'undeliverable'`,
      [gone.url],
    )
    return row?.count ?? 0
  }
  const wanted = Math.round(SHARES.gone * results)
  await until(async () => (await parked()) === wanted, deadlineMs)
  gone.manner = () => ({ status: 200 })
  while ((await replayResults(db, replay, 1000)) > 0);
  await has('gone')
  const pending = `SELECT FROM results WHERE state = 'pending' LIMIT 1`
  await until(async () => (await db.query(pending)).length === 0, deadlineMs)
}
