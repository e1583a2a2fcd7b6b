// SIGTERM: no new calls, those in conversation may finish, nothing is `interrupted`, nothing is lost.
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Config } from '#app'
import type { Database } from '#store'
import { openTestDatabase } from '#test/database'
import { Lab, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { callOnDisk } from '#test/server-lab'

const TALKS = '16177127000'
const TALKS_FOR_EVER = '16177127001'
const RINGS = '16177127002'
const QUICK = '16177127003'
const SCRIPT = {
  [TALKS]: { ...QUICK_CALLEE, pressAfter: 2000 },
  [TALKS_FOR_EVER]: { answerAfterMs: 100 },
  [RINGS]: { neverAnswers: true },
  [QUICK]: QUICK_CALLEE,
} as const

describe('a server that is told to stop', { concurrency: 2, timeout: 120_000 }, () => {
  it('lets a conversation finish and dials no more; the next start goes on from there', async (t) => {
    const { lab, db, config } = await open(t, { lines: 1, drainSeconds: 30 })
    const server = await lab.startServer(config)
    const talking = await lab.queue(server.url, TALKS)
    await lab.carrierShows((calls) => calls[0]?.answeredAt !== undefined)
    const waiting = await lab.queue(server.url, QUICK)
    server.kill('SIGTERM')
    assert.equal(await server.exited, 0)

    const call = await callOnDisk(db, talking)
    assert.deepEqual([call.state, call.outcome, call.cause], ['ended', 'answered', 'exit'])
    assert.equal(lab.carrier.calls[0]?.digitsPressed, '1')
    const left = await callOnDisk(db, waiting)
    assert.deepEqual([left.state, left.attempts.length], ['queued', 0])
    assert.equal(lab.dials().length, 1)

    const next = await lab.startServer(config)
    for (const callId of [talking, waiting]) {
      const form = await lab.result(callId, 60_000)
      assert.deepEqual([form.get('outcome'), form.get('attempts')], ['answered', '1'])
    }
    await next.stop()
    assert.equal(lab.dials().length, 2)
  })

  it('hangs up what outlasts the drain time, and stores that it was not a crash', async (t) => {
    const { lab, db, config } = await open(t, { drainSeconds: 1 })
    const server = await lab.startServer(config)
    const talking = await lab.queue(server.url, TALKS_FOR_EVER)
    const ringing = await lab.queue(server.url, RINGS)
    await lab.carrierShows((calls) => {
      const talks = calls.some(({ answeredAt }) => answeredAt !== undefined)
      return talks && calls.length === 2
    })
    server.kill('SIGTERM')
    assert.equal(await server.exited, 0)

    const [talk] = lab.dials(TALKS_FOR_EVER)
    const [ring] = lab.dials(RINGS)
    assert.ok(talk?.byeAtMs !== undefined, 'BYE was seen')
    assert.ok(ring?.canceledAtMs !== undefined, 'CANCEL was seen')
    const answered = await callOnDisk(db, talking)
    assert.deepEqual([answered.state, answered.outcome], ['ended', 'answered'])
    assert.equal(answered.hangupBy, 'system')
    const unanswered = await callOnDisk(db, ringing)
    assert.deepEqual([unanswered.state, unanswered.outcome], ['ended', 'no-answer'])
    for (const { cause } of [answered, unanswered]) assert.notEqual(cause, 'interrupted')
  })
})

async function open(
  t: TestContext,
  changes: Partial<Config>,
): Promise<{ lab: Lab; db: Database; config: Config }> {
  const page = QUICK_DOCUMENT.replace('<prompt>', '<prompt timeout="60s">')
  const lab = await Lab.start({ '/start.vxml': page }, { script: SCRIPT })
  const { db, url, close } = await openTestDatabase()
  t.after(() => lab.stop().finally(close))
  return { lab, db, config: lab.config({ databaseUrl: url, ...changes }) }
}
