// What a `kill -9` at each crash point and a restart make of a call (docs/call-states.md). The judges
// stand outside the server: the carrier that was dialled, the web application that was posted to, and
// what is on disk at the end.
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Config } from '#app'
import { type FailPoint, silentLogger, systemClock } from '#base'
import { findCall, insertTrunk, openDatabase } from '#store'
import { openTestDatabase } from '#test/database'
import { Lab, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { freePort } from '#test/program'
import type { Dial } from '#test/sip-judge'

const ANSWERS = '16177123011'
const RINGS_LONG = '16177123031'
const NO_ROUTE = '16177123043'
const STAYS = '16177123080'
const SCRIPT = {
  [ANSWERS]: QUICK_CALLEE,
  [RINGS_LONG]: { ...QUICK_CALLEE, answerAfterMs: 15_000 },
  [STAYS]: { answerAfterMs: 0, hangupAfterMs: 60_000 },
}
const TRANSFER_DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form>
  <transfer name="t" dest="${STAYS}" type="bridge"/>
</form></vxml>`

interface Expectation {
  readonly point: FailPoint
  readonly store: 'database-url' | 'embedded'
  /** Whether the client had its answer before the crash. */
  readonly acknowledged: boolean
  /** The fewest and the most dials that the far end may have seen, over both lives. */
  readonly dials: readonly [least: number, most: number]
  readonly outcome: string
  readonly cause: string
  readonly posts: number
  readonly callee?: string
  readonly document?: string
  /** How the dial that the crash left open was ended. */
  readonly endedBy?: 'CANCEL' | 'BYE'
}

const ACKNOWLEDGED = { store: 'database-url', acknowledged: true, posts: 1, dials: [1, 1] } as const
const TALKED = { outcome: 'answered', cause: 'exit' } as const
const HUNG_UP = { outcome: 'answered', cause: 'interrupted', endedBy: 'BYE' } as const
const INTERRUPTED = { outcome: 'interrupted', cause: 'interrupted' } as const
const CANCELED = { ...INTERRUPTED, endedBy: 'CANCEL', callee: RINGS_LONG } as const

/** Those that wait for a result's lease to end come first. */
const EXPECTATIONS: readonly Expectation[] = [
  { point: 'i-result-posted', ...ACKNOWLEDGED, ...TALKED, posts: 2 },
  { point: 'h-result-stored', ...ACKNOWLEDGED, ...TALKED },
  { point: 'b-after-api-commit', ...ACKNOWLEDGED, ...TALKED, acknowledged: false },
  { point: 'c-claimed', ...ACKNOWLEDGED, ...TALKED },
  { point: 'd-intent-committed', ...ACKNOWLEDGED, ...INTERRUPTED, dials: [0, 0] },
  { point: 'd-invite-sent', ...ACKNOWLEDGED, ...INTERRUPTED, dials: [0, 1] },
  { point: 'd-failover-committed', ...ACKNOWLEDGED, ...INTERRUPTED, callee: NO_ROUTE },
  { point: 'e-ringing', ...ACKNOWLEDGED, ...CANCELED },
  { point: 'f-answered', ...ACKNOWLEDGED, ...HUNG_UP },
  {
    ...{ point: 'f-second-answered', ...ACKNOWLEDGED, ...HUNG_UP },
    ...{ callee: STAYS, document: '/transfer.vxml', dials: [2, 2] },
  },
  { point: 'g-bye-sent', ...ACKNOWLEDGED, ...HUNG_UP },
  { point: 'e-ringing', ...ACKNOWLEDGED, ...CANCELED, store: 'embedded' },
  { point: 'f-answered', ...ACKNOWLEDGED, ...HUNG_UP, store: 'embedded' },
]

/** After a restart, the other end hears of it within so long. */
const ENDED_WITHIN_MS = 6000

describe('a server killed at a crash point and started again', { concurrency: 3 }, () => {
  for (const expected of EXPECTATIONS) {
    const { point, store } = expected
    it(`${point} (${store}): one outcome, no attempt dialled twice`, async (t) => {
      const { lab, config } = await openLab(t, store)
      const crashing = await lab.startServer(config, point)
      const { callee, document } = expected
      const fields = document === undefined ? {} : { start_url: lab.web.url(document) }
      const queued = queue(lab, crashing.url, callee, fields)
      if (expected.acknowledged) await queued
      else await assert.rejects(queued)
      assert.equal(await crashing.exited, 'SIGKILL')
      const crashedAtMs = performance.now()

      const restarted = await lab.startServer(config)
      const restartedAtMs = performance.now()
      await lab.web.waitUntil(() => posts(lab)[expected.posts - 1], 60_000)
      await lab.carrierShows((calls) => calls.every(({ endedAt }) => endedAt !== undefined))
      await restarted.stop()

      assert.equal(new Set(posts(lab)).size, 1, 'every post has the same id and the same bytes')
      judgeDials(lab.dials(), expected, { crashedAtMs, restartedAtMs })
      await judgeDisk(config, lab, expected)
    })
  }

  it('a: has no call that it did not acknowledge', async (t) => {
    const { lab, config } = await openLab(t, 'database-url')
    const crashing = await lab.startServer(config, 'a-before-api-commit')
    await assert.rejects(queue(lab, crashing.url))
    assert.equal(await crashing.exited, 'SIGKILL')

    const restarted = await lab.startServer(config)
    const callId = await queue(lab, restarted.url)
    await lab.result(callId)
    await restarted.stop()
    assert.equal(posts(lab).length, 1)
    assert.equal(lab.dials().length, 1, 'only the call that was sent again')
  })

  it('e: dials the next attempt only after the quarantine, under a new Call-ID', async (t) => {
    const { lab, config } = await openLab(t, 'database-url')
    const scale = 1 / 30
    const changes = { ringTimeoutSeconds: 55, drainSeconds: 0 }
    const quick = { ...config, ...changes, retryIntervalScale: scale }
    const crashing = await lab.startServer(quick, 'e-ringing')
    await queue(lab, crashing.url, RINGS_LONG, {
      max_retries: '1',
      retry_interval: '60',
    })
    assert.equal(await crashing.exited, 'SIGKILL')
    const restarted = await lab.startServer(quick)
    const restartedAtMs = performance.now()
    await lab.carrierShows((calls) => calls.length === 2, 60_000)
    await restarted.stop()

    const [first, second, ...more] = lab.dials()
    assert.ok(first !== undefined && second !== undefined && more.length === 0)
    assert.notEqual(first.callId, second.callId)
    assert.ok(first.canceledAtMs !== undefined && first.canceledAtMs <= second.atMs)
    // (ring time-out + 32 s + margin) · scale, from an end that was stored before it was ready
    const quarantineMs = (55 + 32) * 1000 * scale
    assert.ok(second.atMs - first.canceledAtMs > 0.8 * quarantineMs, 'the quarantine was kept')
    assert.ok(first.canceledAtMs < restartedAtMs + ENDED_WITHIN_MS)
  })
})

interface OpenLab {
  readonly lab: Lab
  readonly config: Config
}

/** A lab of its own for each test, so that nobody else's call is in the judges' way. */
async function openLab(t: TestContext, store: Expectation['store']): Promise<OpenLab> {
  const lab = await Lab.start(
    { '/quick.vxml': QUICK_DOCUMENT, '/transfer.vxml': TRANSFER_DOCUMENT },
    { script: SCRIPT },
  )
  // What the far end answers to the first life must reach the second one.
  const sip = { host: '127.0.0.1', port: await freePort() }
  if (store === 'embedded') {
    t.after(() => lab.stop())
    return { lab, config: lab.config({ sip }) }
  }
  const { db, url, close } = await openTestDatabase()
  t.after(() => lab.stop().finally(close))
  // For a call that the first one refuses.
  await insertTrunk(db, { ...lab.trunk, name: 'second', priority: 2 })
  return { lab, config: lab.config({ sip, databaseUrl: url }) }
}

function queue(
  lab: Lab,
  url: string,
  callee = ANSWERS,
  fields: Record<string, string> = {},
): Promise<number> {
  return lab.queue(url, callee, { start_url: lab.web.url('/quick.vxml'), ...fields })
}

/** The results posted so far, each as its id and its bytes; the check when it was queued is none. */
function posts(lab: Lab): string[] {
  return lab.web
    .requestsFor('/result')
    .filter(({ method }) => method === 'POST')
    .map(({ headers, body }) => `${headers['webhook-id']} ${body}`)
}

function judgeDials(
  dials: readonly Dial[],
  expected: Expectation,
  { crashedAtMs, restartedAtMs }: { crashedAtMs: number; restartedAtMs: number },
): void {
  const [least, most] = expected.dials
  assert.ok(dials.length >= least && dials.length <= most, `${dials.length} dials`)
  for (const { inviteBranches, endedAtMs = Number.POSITIVE_INFINITY } of dials) {
    assert.equal(inviteBranches.size, 1, 'INVITE sent once')
    if (expected.outcome === 'interrupted' || expected.endedBy !== undefined) {
      assert.ok(endedAtMs < restartedAtMs + ENDED_WITHIN_MS, 'nobody hangs on a dead line')
    }
  }
  if (expected.endedBy === undefined) return
  const [dial] = dials
  const endAtMs = expected.endedBy === 'CANCEL' ? dial?.canceledAtMs : dial?.byeAtMs
  assert.ok(endAtMs !== undefined, `${expected.endedBy} was seen`)
  // at g, the BYE of the first life may have come through as well
  if (expected.point !== 'g-bye-sent') assert.ok(endAtMs > crashedAtMs, 'and from the second life')
}

async function judgeDisk(config: Config, lab: Lab, expected: Expectation): Promise<void> {
  const { databaseUrl: url, dataFolder } = config
  const store = { dataFolder, log: silentLogger, clock: systemClock }
  const db = openDatabase({ ...store, ...(url === undefined ? {} : { url }) })
  await db.start()
  try {
    assert.deepEqual(await db.query('SELECT count(*) AS calls FROM calls'), [{ calls: 1 }])
    const posted = new URLSearchParams(posts(lab)[0]?.replace(/^\S+ /, ''))
    const call = await findCall(db, Number(posted.get('call_id')))
    assert.ok(call !== undefined)
    assert.equal(call.state, 'ended')
    assert.equal(call.outcome, expected.outcome)
    assert.equal(call.cause, expected.cause)
    assert.deepEqual(
      call.attempts.map(({ attempt, state, outcome }) => ({ attempt, state, outcome })),
      [{ attempt: 1, state: 'ended', outcome: expected.outcome }],
    )
    assert.equal(call.result?.state, 'delivered')
    assert.equal(posted.get('outcome'), expected.outcome)
    assert.equal(posted.get('attempts'), '1')
  } finally {
    await db.stop()
  }
}
