// Several servers on one database, some of them killed, stopped for a while or restarted. The carrier's log
// is the judge: no attempt is dialled twice, no two attempts of one call overlap, no limit is exceeded.
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Config } from '#app'
import type { CarrierScript } from '#carrier'
import { openTestDatabase } from '#test/database'
import { Lab, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import type { ServerProcess } from '#test/server-process'
import { type Dial, mostAtOnce, mostWithin } from '#test/sip-judge'

const NODE_TIMEOUT_SECONDS = 4
const RINGS = '16177124901'
const TALKS = '16177124902'
const PATIENT_DOCUMENT = QUICK_DOCUMENT.replace('<prompt>', '<prompt timeout="60s">')

describe('several nodes', { concurrency: 2 }, () => {
  it('end what a killed one left, and try again after the quarantine only', async (t) => {
    // (ring time-out + 32 s + margin) · scale
    const scale = 1 / 30
    const changes = { ringTimeoutSeconds: 325, retryIntervalScale: scale }
    const { lab, start } = await open(t, { script: LONG_CALLS, config: changes })
    const first = await start('a')
    const ringing = await lab.queue(first.url, RINGS, { max_retries: '1', retry_interval: '60' })
    const talking = await lab.queue(first.url, TALKS, patient(lab))
    await lab.carrierShows((calls) => shows(calls, RINGS, 'ringingAt'))
    await lab.carrierShows((calls) => shows(calls, TALKS, 'answeredAt'))
    const second = await start('b')
    first.kill('SIGKILL')
    await first.exited

    const talked = await lab.result(talking)
    assert.deepEqual([talked.get('outcome'), talked.get('attempts')], ['answered', '1'])
    await lab.carrierShows((calls) => calls.length === 3, 60_000)
    await second.stop()
    const [interrupted, again] = lab.dials(RINGS)
    assert.ok(interrupted?.canceledAtMs !== undefined && again !== undefined)
    const pauseMs = again.atMs - interrupted.canceledAtMs
    assert.ok(pauseMs > 0.8 * (325 + 32) * 1000 * scale, `dialled again after ${pauseMs} ms`)
    const [conversation, ...more] = lab.dials(TALKS)
    assert.ok(conversation?.byeAtMs !== undefined && more.length === 0)
    assert.equal((await lab.result(ringing)).get('attempts'), '2')
    judgeAttempts(lab.dials())
  })

  it('go on while one stands still, and it ends its calls and comes back when it wakes', async (t) => {
    const { lab, start } = await open(t, { script: LONG_CALLS })
    const first = await start('a')
    const talking = await lab.queue(first.url, TALKS, patient(lab))
    await lab.carrierShows((calls) => shows(calls, TALKS, 'answeredAt'))
    const second = await start('b')
    first.kill('SIGSTOP')
    const talked = await lab.result(talking)
    assert.deepEqual([talked.get('outcome'), talked.get('attempts')], ['answered', '1'])
    await lab.carrierShows((calls) => shows(calls, TALKS, 'endedAt'))
    first.kill('SIGCONT')
    await first.logged('joins again')
    await second.stop()
    const alone = await lab.queue(first.url, number(0))
    assert.equal((await lab.result(alone)).get('outcome'), 'answered')
    assert.equal(lab.results(talking).length, 1)
    judgeAttempts(lab.dials())
  })

  it('keep the limits together while one is killed, one stands still, and all calls get through', async (t) => {
    const limits = { lines: 6, callsPerSecond: 12 }
    const { lab, start } = await open(t, { script: callees(60), config: limits })
    const [a, b, c] = await Promise.all([start('a'), start('b'), start('c')])
    const ids = await queueAll(lab, [a, b, c], 60)
    await lab.carrierShows((calls) => calls.length > 10, 30_000)
    a.kill('SIGKILL')
    b.kill('SIGSTOP')
    await lab.carrierShows((calls) => calls.length > 25, 60_000)
    b.kill('SIGCONT')
    const forms = await Promise.all(ids.map((callId) => lab.result(callId, 90_000)))
    const outcomes = forms.map((form) => form.get('outcome'))
    const lost = outcomes.filter((outcome) => outcome !== 'answered')
    assert.ok(lost.every((outcome) => outcome === 'interrupted'))
    assert.ok(
      lost.length <= limits.lines,
      `${lost.length} calls were ringing when a node was killed`,
    )
    assert.ok(forms.every((form) => form.get('attempts') === '1'))
    for (const callId of ids) assert.equal(lab.results(callId).length, 1)
    // What answers in the moment of the kill, unheard, nobody can end: it is silent until its 200 times out.
    const ended = lab.dials().filter(({ endedAtMs }) => endedAtMs !== undefined)
    assert.ok(lab.dials().length - ended.length <= lost.length)
    judgeAttempts(lab.dials())
    judgeLimits(ended, limits)
  })

  it('can be restarted one after the other without a call that is interrupted', async (t) => {
    const limits = { lines: 6, callsPerSecond: 12 }
    const { lab, start } = await open(t, { script: callees(40), config: limits })
    const [a, b] = await Promise.all([start('a'), start('b')])
    const ids = await queueAll(lab, [a, b], 40)
    await lab.carrierShows((calls) => calls.length > 5, 30_000)
    await a.stop()
    await start('a')
    await b.stop()
    await start('b')
    const forms = await Promise.all(ids.map((callId) => lab.result(callId, 90_000)))
    for (const form of forms) {
      assert.deepEqual([form.get('outcome'), form.get('attempts')], ['answered', '1'])
      assert.equal(form.get('exit'), '{"choice":"1"}', 'it talked to its end')
    }
    judgeAttempts(lab.dials())
    judgeLimits(lab.dials(), limits)
  })

  it('of one name are one too many: the later one takes over, the earlier one ends', async (t) => {
    const { lab, start } = await open(t, { script: LONG_CALLS })
    const first = await start('a')
    const talking = await lab.queue(first.url, TALKS, patient(lab))
    await lab.carrierShows((calls) => shows(calls, TALKS, 'answeredAt'))
    await start('a', 'a-again')
    assert.equal(await first.exited, 1)
    assert.equal((await lab.result(talking)).get('outcome'), 'answered')
    assert.equal(lab.dials(TALKS).length, 1)
  })
})

const LONG_CALLS: CarrierScript = {
  [RINGS]: { neverAnswers: true },
  [TALKS]: { answerAfterMs: 100, hangupAfterMs: 60_000 },
  [number(0)]: QUICK_CALLEE,
}

function number(index: number): string {
  return String(16_177_126_000 + index)
}

function callees(count: number): CarrierScript {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      number(index),
      { ...QUICK_CALLEE, pressAfter: index % 3 === 0 ? 1200 : 150 },
    ]),
  )
}

interface NodesLab {
  readonly lab: Lab
  /** A server of this node's name, in a process of its own. */
  readonly start: (node: string, folder?: string) => Promise<ServerProcess>
}

async function open(
  t: TestContext,
  { script, config = {} }: { script: CarrierScript; config?: Partial<Config> },
): Promise<NodesLab> {
  const lab = await Lab.start(
    { '/start.vxml': QUICK_DOCUMENT, '/patient.vxml': PATIENT_DOCUMENT },
    { script },
  )
  const database = await openTestDatabase()
  t.after(() => lab.stop().finally(database.close))
  const start: NodesLab['start'] = (node, folder = node) =>
    lab.startServer(
      lab.config({
        databaseUrl: database.url,
        nodeTimeoutSeconds: NODE_TIMEOUT_SECONDS,

        node,
        dataFolder: `${lab.folder}/${folder}`,
        ...config,
      }),
    )
  return { lab, start }
}

function patient(lab: Lab): Record<string, string> {
  return { start_url: lab.web.url('/patient.vxml') }
}

function shows(
  calls: readonly Lab['carrier']['calls'][number][],
  called: string,
  moment: 'ringingAt' | 'answeredAt' | 'endedAt',
): boolean {
  return calls.some((call) => call.number.endsWith(called) && call[moment] !== undefined)
}

function queueAll(lab: Lab, servers: readonly ServerProcess[], count: number): Promise<number[]> {
  const scheduled = { scheduled_timestamp: String(Math.floor(Date.now() / 1000) + 3) }
  return Promise.all(
    Array.from({ length: count }, (_, index) => {
      const url = servers[index % servers.length]?.url ?? ''
      return lab.queue(url, number(index), scheduled)
    }),
  )
}

/** D1 and D2: each attempt is one INVITE transaction, and those of one number come one after the other. */
function judgeAttempts(dials: readonly Dial[]): void {
  for (const { inviteBranches } of dials) assert.equal(inviteBranches.size, 1, 'INVITE sent once')
  for (const attempts of Map.groupBy(dials, (dial) => dial.number).values()) {
    for (const [index, next] of attempts.slice(1).entries()) {
      const endedAtMs = attempts[index]?.endedAtMs ?? Number.POSITIVE_INFINITY
      assert.ok(endedAtMs <= next.atMs, `two dials of ${next.number} overlap`)
    }
  }
}

/** D12. The carrier is in this busy process: it may see two INVITEs closer together than they were sent. */
function judgeLimits(
  dials: readonly Dial[],
  limits: { readonly lines: number; readonly callsPerSecond: number },
): void {
  assert.ok(mostAtOnce(dials) <= limits.lines, `${mostAtOnce(dials)} lines in use`)
  const perSecond = mostWithin(dials, 800)
  assert.ok(perSecond <= limits.callsPerSecond, `${perSecond} calls began within 800 ms`)
}
