// Servers and databases that are killed, stopped and started again at moments that nobody chose, and disks that
// are full, while calls go on. The judges stand outside: the clients' answers, the carrier's log, the results
// posted. `OUTDIAL_TEST_KILLS=60` makes it sixty cycles on the embedded store and thirty on three nodes; without it
// they are few.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import pg from 'pg'
import type { Config } from '#app'
import { randomFraction, seededRandom, silentLogger, systemClock } from '#base'
import type { Behaviour, CarrierScript } from '#carrier'
import { EmbeddedPostgres } from '#store'
import { openTestDatabase } from '#test/database'
import { FullDisk } from '#test/full-disk'
import { Lab, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { freePort } from '#test/program'
import type { ServerProcess } from '#test/server-process'
import type { Dial } from '#test/sip-judge'

const CYCLES = Number(process.env['OUTDIAL_TEST_KILLS'] ?? 8)
const CALLS_A_CYCLE = 4
const CHANCE = seededRandom(process.env['OUTDIAL_TEST_SEED'] ?? 'kill cycles')
/** An answer that the node had no second to write down may be one that nobody knows of. */
const UNKNOWN_MS = 1000
const RETRIES = 1
const NODE_TIMEOUT_SECONDS = 3

const CALLEES: readonly Behaviour[] = [
  QUICK_CALLEE,
  { answerAfterMs: 400, hangupAfterMs: 1500 },
  { ...QUICK_CALLEE, status: 486, refusals: 1 },
  { neverAnswers: true },
]

describe('kill -9 and restart, over and over', { timeout: 1_200_000 }, () => {
  it(`on the embedded store, ${CYCLES} times: nothing lost, nothing doubled`, async (t) => {
    const lab = await openLab(t, CYCLES)
    const config = lab.config({ ...HASTE, sip: { host: '127.0.0.1', port: await freePort() } })
    const course = new Course(lab)
    let server = await lab.startServer(config)
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const queued = course.queue(cycle, server)
      await course.pause(1500)
      course.noteFault()
      // Every fourth time only its database.
      if (cycle % 4 === 3) killPostmaster(config.dataFolder)
      else server.kill()
      await (cycle % 4 === 3 ? queued : Promise.all([server.exited, queued]))
      if (cycle % 4 !== 3) server = await lab.startServer(config)
    }
    await course.judge()
    await server.stop()
  })

  const fullTimes = Math.ceil(CYCLES / 8)
  it(`on a disk that is full, ${fullTimes} times: nothing lost, nothing doubled`, async (t) => {
    if (!FullDisk.canBeMade) return t.skip('only root may mount a disk of its own')
    const lab = await openLab(t, fullTimes)
    // Room for a new embedded store and some of its log.
    const disk = new FullDisk('192m')
    t.after(() => disk.remove())
    const dataFolder = join(disk.folder, 'data')
    const server = await lab.startServer(lab.config({ ...HASTE, dataFolder }))
    const course = new Course(lab)
    for (let cycle = 0; cycle < fullTimes; cycle++) {
      const queued = course.queue(cycle, server)
      await course.pause(1500)
      await withClient(dataFolder, async (client) => {
        course.noteFault()
        disk.fill()
        await writeUntilFull(client)
      })
      await course.pause(2000)
      course.noteFault()
      disk.empty()
      await queued
    }
    await course.judge()
    await server.stop()
  })

  const rounds = Math.ceil(CYCLES / 2)
  it(`on three nodes, ${rounds} times: nothing lost, nothing doubled`, async (t) => {
    const lab = await openLab(t, rounds)
    const storeFolder = join(lab.folder, 'store')
    const store = storeIn(storeFolder)
    const database = await openTestDatabase({ serverUrl: await store.start() })
    t.after(async () => {
      await database.close()
      await store.stop()
    })
    const course = new Course(lab)
    const start = (node: string): Promise<ServerProcess> =>
      lab.startServer(
        lab.config({
          ...HASTE,
          node,
          databaseUrl: database.url,
          dataFolder: `${lab.folder}/${node}`,
        }),
      )
    const names = ['a', 'b', 'c']
    const servers = await Promise.all(names.map(start))
    for (let cycle = 0; cycle < rounds; cycle++) {
      const victim = cycle % names.length
      const [server, other] = [servers[victim], servers[(victim + 1) % names.length]]
      assert.ok(server !== undefined && other !== undefined)
      const queued = course.queue(cycle, other)
      await course.pause(1500)
      course.noteFault()
      // By turns killed, held longer than its lease, and cut off from the store, which is killed the fourth time.
      if (cycle % 4 === 0) {
        server.kill()
        await server.exited
        servers[victim] = await start(names[victim] ?? '')
      } else if (cycle % 4 === 1) {
        server.kill('SIGSTOP')
        await course.pause(NODE_TIMEOUT_SECONDS * 2000, NODE_TIMEOUT_SECONDS * 1000)
        server.kill('SIGCONT')
      } else if (cycle % 4 === 3) {
        killPostmaster(storeFolder)
        await store.revive()
      } else {
        await database.db.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        )
      }
      await queued
    }
    await course.judge()
    await Promise.all(servers.map((server) => server.stop()))
  })
})

/** An hour's retries in seconds. */
const HASTE: Partial<Config> = {
  ringTimeoutSeconds: 2,
  retryIntervalScale: 1 / 60,
  nodeTimeoutSeconds: NODE_TIMEOUT_SECONDS,
  drainSeconds: 5,
  lines: 100,
}

function storeIn(dataFolder: string): EmbeddedPostgres {
  return new EmbeddedPostgres({ dataFolder, log: silentLogger, clock: systemClock })
}

function killPostmaster(dataFolder: string): void {
  const file = join(dataFolder, 'postgresql', 'data', 'postmaster.pid')
  process.kill(Number.parseInt(readFileSync(file, 'utf8'), 10), 'SIGKILL')
}

/** On a connection to the embedded store of a server, which is alive then. */
async function withClient(
  dataFolder: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const store = storeIn(dataFolder)
  const client = new pg.Client(await store.start())
  client.on('error', () => {})
  await client.connect()
  await work(client)
  await client.end().catch(() => {})
  await store.stop()
}

/** Makes the database want more room than there is. */
async function writeUntilFull(client: pg.Client): Promise<void> {
  const megabytes = `SELECT pg_logical_emit_message(false, 'outdial', repeat('x', 8000000))`
  const isFull = (): Promise<boolean> =>
    client.query(megabytes).then(
      () => false,
      () => true,
    )
  while (!(await isFull()));
}

async function openLab(t: TestContext, cycles: number): Promise<Lab> {
  const script: CarrierScript = Object.fromEntries(
    Array.from({ length: cycles * CALLS_A_CYCLE }, (_, index) => [
      numberOf(index),
      CALLEES[index % CALLEES.length] ?? {},
    ]),
  )
  const lab = await Lab.start({ '/start.vxml': QUICK_DOCUMENT }, { script })
  t.after(() => lab.stop())
  return lab
}

function numberOf(index: number): string {
  return String(16_175_550_100 + index)
}

/** What was asked of the servers, what was done to them, and what came of it. */
class Course {
  readonly #lab: Lab
  /** By the number that was to be called; undefined where the client had no answer. */
  readonly #callIds = new Map<string, number | undefined>()
  readonly #faults: number[] = []

  constructor(lab: Lab) {
    this.#lab = lab
  }

  async queue(cycle: number, server: ServerProcess): Promise<void> {
    const numbers = Array.from({ length: CALLS_A_CYCLE }, (_, index) =>
      numberOf(cycle * CALLS_A_CYCLE + index),
    )
    await Promise.all(
      numbers.map(async (number) => {
        const fields = { max_retries: String(RETRIES), retry_interval: '60' }
        const callId = await this.#lab.queue(server.url, number, fields).catch(() => undefined)
        this.#callIds.set(number, callId)
      }),
    )
  }

  /** A moment that nobody chose, within `mostMs`. */
  pause(mostMs: number, leastMs = 0): Promise<void> {
    const ms = leastMs + randomFraction(CHANCE) * (mostMs - leastMs)
    return new Promise((resolve) => setTimeout(resolve, ms))
  }

  noteFault(): void {
    this.#faults.push(performance.now())
  }

  async judge(): Promise<void> {
    for (const [number, callId] of this.#callIds) {
      const form = callId === undefined ? undefined : await this.#lab.result(callId, 90_000)
      this.#judgeCall(number, form)
    }
  }

  #judgeCall(number: string, form: URLSearchParams | undefined): void {
    const dials = this.#lab.dials(number)
    const posts = this.#lab.web
      .requestsFor('/result')
      .filter((post) => post.form.get('phone_number') === number)
    const results = new Set(posts.map(({ headers, body }) => `${headers['webhook-id']} ${body}`))
    const story = JSON.stringify({ number, dials, results: [...results] })
    // A submission whose answer the client never saw may run, but once.
    assert.ok(results.size <= 1, `one result, the same at every post: ${story}`)
    assert.ok(dials.length <= 1 + RETRIES, `no more dials than attempts: ${story}`)
    for (const [index, dial] of dials.entries()) {
      assert.equal(dial.inviteBranches.size, 1, `one INVITE a dial: ${story}`)
      const next = dials[index + 1]
      if (next === undefined) continue
      assert.ok((dial.endedAtMs ?? dial.atMs) <= next.atMs, `one dial after the other: ${story}`)
      assert.ok(!this.#wasReached(dial), `nobody who was reached is called again: ${story}`)
    }
    const last = dials.at(-1)
    if (form === undefined || last === undefined) return
    if (this.#wasReached(last)) assert.equal(form.get('outcome'), 'answered', story)
  }

  /** Answered, and not just before a fault. */
  #wasReached({ answeredAtMs, canceledAtMs }: Dial): boolean {
    if (answeredAtMs === undefined || canceledAtMs !== undefined) return false
    return !this.#faults.some((at) => at > answeredAtMs - 100 && at < answeredAtMs + UNKNOWN_MS)
  }
}
