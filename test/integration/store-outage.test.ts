// The database goes away and comes back: nothing is dialled or promised meanwhile, nothing is lost after.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { type RunningServer, run } from '#app'
import { silentLogger, systemClock } from '#base'
import { openDatabase } from '#store'
import { DatabaseRelay } from '#test/database-relay'
import { LAB_LOGIN, Lab, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { callOnDisk, openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

const TALKS_LONG = '16177126000'
const QUICK = '16177126001'
const LATE = '16177126002'
const SCRIPT = {
  [TALKS_LONG]: { ...QUICK_CALLEE, pressAfter: 2500 },
  [QUICK]: QUICK_CALLEE,
  [LATE]: {
    ...QUICK_CALLEE,
    answerAfterMs: 1500,
    hangupAfterMs: 60_000,
    press: '2',
    pressAfter: 50_000,
  },
}
const PATIENT_DOCUMENT = QUICK_DOCUMENT.replace('<prompt>', '<prompt timeout="60s">')

describe('while the store is away', { concurrency: 3 }, () => {
  it('accepts and dials nothing; a call in conversation goes on; all is made good after', async (t) => {
    const { the, relay } = await open(t)
    const talking = await queue(the, TALKS_LONG)
    await the.lab.carrierShows((calls) => calls[0]?.answeredAt !== undefined)
    const scheduled = String(Math.floor(Date.now() / 1000) + 1)
    const waiting = await queue(the, QUICK, { scheduled_timestamp: scheduled })

    await relay.cut()
    const refused = await post(the, QUICK)
    assert.equal(refused.status, 503)
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    const reply = await refused.text()
    assert.match(reply, /status="failed"/)
    assert.match(reply, /temporary="true"/)
    assert.doesNotMatch(reply, /queued/)
    await the.lab.carrierShows((calls) => calls[0]?.endedAt !== undefined)
    assert.equal(the.lab.carrier.calls[0]?.digitsPressed, '1', 'the conversation went on')
    await until(async () => Date.now() > Number(scheduled) * 1000 + 500)
    assert.equal(the.lab.dials().length, 1, 'nothing was dialled')
    assert.equal((await the.call(talking)).state, 'answered')

    await relay.mend()
    const forms = await Promise.all([talking, waiting].map((id) => the.lab.result(id)))
    for (const form of forms) {
      assert.deepEqual([form.get('outcome'), form.get('attempts')], ['answered', '1'])
      assert.equal(form.get('exit'), '{"choice":"1"}')
    }
    assert.equal(the.lab.dials().length, 2)
  })

  it('dials a call whose claim was committed though the answer to it was lost', async (t) => {
    const { the, relay } = await open(t)
    const callId = await queue(the, QUICK, { scheduled_timestamp: inTwoSeconds() })
    const claimed = relay.loseAnswer("SET state = 'claimed'", 'commit')
    await claimed
    await until(async () => (await the.call(callId)).state === 'claimed')
    await relay.cut()
    await relay.mend()
    const form = await the.lab.result(callId)
    assert.deepEqual([form.get('outcome'), form.get('attempts')], ['answered', '1'])
    assert.equal(the.lab.dials().length, 1)
  })

  it('dials a call whose intent was committed though the answer to it was lost', async (t) => {
    const { the, relay } = await open(t)
    const intended = relay.loseAnswer('INSERT INTO attempts')
    const callId = await queue(the, QUICK)
    await intended
    await until(async () => (await the.call(callId)).state === 'dialing')
    await relay.cut()
    await relay.mend()
    const form = await the.lab.result(callId)
    assert.deepEqual([form.get('outcome'), form.get('attempts')], ['answered', '1'])
    assert.equal(the.lab.dials().length, 1)
    assert.equal((await the.call(callId)).attempts.length, 1)
  })

  it('stores that a person answered as soon as it can, not only how the call ended', async (t) => {
    const { the, relay } = await open(t)
    const callId = await queue(the, LATE, { start_url: the.lab.web.url('/patient.vxml') })
    await the.lab.carrierShows((calls) => calls[0]?.ringingAt !== undefined)
    await relay.cut()
    await the.lab.carrierShows((calls) => calls[0]?.answeredAt !== undefined)
    assert.equal((await the.call(callId)).state, 'dialing')
    await relay.mend()
    await until(async () => (await the.call(callId)).state === 'answered')
    assert.equal(the.lab.carrier.calls[0]?.endedAt, undefined, 'they still talk')
  })

  it('brings its own PostgreSQL back where that was killed', async (t) => {
    const lab = await Lab.start({ '/start.vxml': QUICK_DOCUMENT }, { script: SCRIPT })
    const server = await run(lab.config(), silentLogger)
    t.after(() => server.stop().then(() => lab.stop()))
    const callId = await lab.queue(url(server), TALKS_LONG)
    await lab.carrierShows((calls) => calls[0]?.answeredAt !== undefined)
    process.kill(postmasterOf(lab), 'SIGKILL')
    const form = await lab.result(callId)
    assert.deepEqual([form.get('outcome'), form.get('attempts')], ['answered', '1'])
    await lab.result(await lab.queue(url(server), QUICK))
    assert.equal(lab.dials().length, 2)
    const { dataFolder } = lab.config()
    const db = openDatabase({ dataFolder, log: silentLogger, clock: systemClock })
    await db.start()
    t.after(() => db.stop())
    assert.equal((await callOnDisk(db, callId)).attempts.length, 1)
  })
})

async function open(t: TestContext): Promise<{ the: ServerLab; relay: DatabaseRelay }> {
  let relay: DatabaseRelay | undefined
  const the = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT, '/patient.vxml': PATIENT_DOCUMENT },
    script: SCRIPT,
    config: () => ({ drainSeconds: 0 }),
    databaseUrl: (url) => {
      relay = new DatabaseRelay(url)
      return relay.start()
    },
  })
  assert.ok(relay !== undefined)
  const between = relay
  t.after(async () => {
    await between.mend()
    await the.close()
    await between.stop()
  })
  return { the, relay }
}

function queue(
  the: ServerLab,
  number: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<number> {
  return the.lab.queue(the.url, number, fields)
}

function post(the: ServerLab, number: string): Promise<Response> {
  const { web } = the.lab
  const fields = { start_url: web.url('/start.vxml'), result_url: web.url('/result') }
  const body = new URLSearchParams({ ...LAB_LOGIN, phone_number: number, ...fields })
  return fetch(`${the.url}/webservice/queuecall.php`, { method: 'POST', body })
}

function inTwoSeconds(): string {
  return String(Math.floor(Date.now() / 1000) + 2)
}

function url({ httpAddress: { host, port } }: RunningServer): string {
  return `http://${host}:${port}`
}

function postmasterOf(lab: Lab): number {
  const file = join(lab.config().dataFolder, 'postgresql', 'data', 'postmaster.pid')
  return Number.parseInt(readFileSync(file, 'utf8'), 10)
}
