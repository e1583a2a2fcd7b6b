// What is promised for every call (docs/architecture.md, "Promises"), judged from outside: by what the
// carrier saw, what the web application was posted, and what is on disk at the end.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { CarrierScript } from '#carrier'
import type { Outcome } from '#model'
import { HttpSink } from '#test/http-sink'
import { QUICK_CALLEE } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import type { Dial } from '#test/sip-judge'
import { until } from '#test/until'

/** `retry_interval` has a minimum of 60 s; here that is one second. */
const SCALE = 1 / 60
const INTERVAL_MS = 1000
const RING_TIMEOUT_MS = 4000

const DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form>
    <field name="choice" type="digits?length=1">
      <prompt timeout="1s">This is a test. Please press a key now.</prompt>
      <noinput><exit expr="'nothing'"/></noinput>
      <filled><exit namelist="choice"/></filled>
    </field>
  </form>
</vxml>`

const BROKEN = '<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form><block>'

/** How the carrier's callees end, and what a result must say of it. */
interface Ending {
  readonly callee: string
  readonly far: 'answered' | 'canceled' | 'silent' | number
  readonly outcome: Outcome
  readonly hangupBy?: string
}

const ENDINGS: readonly Ending[] = [
  // half a minute passes until it is known that nobody will reply: first, beside all others
  { callee: '61771230 90', far: 'silent', outcome: 'no-answer' },
  { callee: '61771230 00', far: 'answered', outcome: 'answered', hangupBy: 'app' },
  { callee: '61771230 11', far: 'answered', outcome: 'answered', hangupBy: 'app' },
  { callee: '61771230 20', far: 486, outcome: 'busy' },
  { callee: '61771230 30', far: 'canceled', outcome: 'no-answer' },
  { callee: '61771230 31', far: 'answered', outcome: 'answered' },
  { callee: '61771230 40', far: 603, outcome: 'declined' },
  { callee: '61771230 41', far: 404, outcome: 'invalid-number' },
  { callee: '61771230 42', far: 503, outcome: 'congestion' },
  { callee: '61771230 43', far: 500, outcome: 'congestion' },
  { callee: '61771230 44', far: 480, outcome: 'no-answer' },
  { callee: '61771230 45', far: 302, outcome: 'trunk-failure' },
  { callee: '61771230 46', far: 488, outcome: 'trunk-failure' },
  { callee: '61771230 50', far: 'answered', outcome: 'answered' },
  { callee: '61771230 60', far: 'answered', outcome: 'answered' },
  { callee: '61771230 70', far: 'answered', outcome: 'answered', hangupBy: 'callee' },
  { callee: '61771230 71', far: 'answered', outcome: 'answered', hangupBy: 'callee' },
  { callee: '61771230 80', far: 'answered', outcome: 'answered', hangupBy: 'app' },
  { callee: '61771230 81', far: 'answered', outcome: 'answered' },
  { callee: '61771230 83', far: 404, outcome: 'invalid-number' },
  { callee: '61771230 84', far: 600, outcome: 'busy' },
  { callee: '61771230 91', far: 'answered', outcome: 'answered' },
  { callee: '61771230 92', far: 'answered', outcome: 'answered' },
].map((ending) => ({ ...ending, callee: ending.callee.replace(' ', '') }) as Ending)

const SCRIPT: CarrierScript = {
  '16177123083': { early: 'No.', status: 404 },
  '16177123084': { status: 600, answerAfterMs: 200 },
  '16177124001': QUICK_CALLEE,
  '16177124002': QUICK_CALLEE,
  '16177124003': QUICK_CALLEE,
  '16177124004': QUICK_CALLEE,
  '16177124005': { answerAfterMs: 100, hangupAfterMs: 0 },
}

describe('what is promised for a call', { concurrency: 8 }, () => {
  let the: ServerLab
  before(async () => {
    the = await openServerLab({
      pages: {
        '/start.vxml': DOCUMENT,
        '/broken.vxml': ({ method }) => (method === 'GET' ? DOCUMENT : BROKEN),
        '/throws.vxml': DOCUMENT.replace(
          '<exit namelist="choice"/>',
          '<throw event="error.mine"/>',
        ),
      },
      script: SCRIPT,
      config: (lab) => ({
        retryIntervalScale: SCALE,
        ringTimeoutSeconds: RING_TIMEOUT_MS / 1000,
        trunk: { ...lab.trunk, username: 'outdial', password: 'outdial' },
      }),
    })
  })
  after(() => the.close())

  const finish = async (
    number: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<{ callId: number; form: URLSearchParams; dials: Dial[] }> => {
    const callId = await the.lab.queue(the.url, number, fields)
    const form = await the.lab.result(callId, 60_000)
    return { callId, form, dials: the.lab.dials(number) }
  }

  it('posts a result until it is received, always the same, and then no more', async (t) => {
    const [sink, back] = [new HttpSink(), new HttpSink()]
    t.after(() => Promise.all([sink.stop(), back.stop()]))
    const { port } = await sink.start()
    const callId = await the.lab.queue(the.url, '6177123611', { result_url: sink.url('/there') })
    await sink.stop()
    await until(async () => ((await the.call(callId)).result?.tries ?? 0) >= 1)

    back.answer = (_request, index) => ({ status: index === 0 ? 503 : 204 })
    await back.start('127.0.0.1', port)
    await back.waitForCount(2, 60_000)
    await until(async () => (await the.call(callId)).result?.state === 'delivered')
    const [first, second, ...more] = back.received
    assert.equal(more.length, 0)
    assert.match(String(first?.headers['webhook-id']), /^msg_/)
    assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id'])
    assert.equal(first?.body, second?.body)
    assert.equal(second?.form.get('outcome'), 'answered')
  })

  for (const { callee, far, outcome, hangupBy } of ENDINGS) {
    it(`tells the truth: ${far} at the number that ends in ${callee.slice(-2)} is ${outcome}`, async () => {
      const { callId, form, dials } = await finish(callee)
      assert.equal(form.get('outcome'), outcome)
      assert.equal(form.get('result'), outcome === 'answered' ? 'completed' : 'failed')
      assert.equal(form.get('attempts'), '1')
      if (hangupBy !== undefined) assert.equal(form.get('hangup_by'), hangupBy)
      assert.equal(dials.length, 1)
      assert.equal(farEnd(dials[0]), far)
      if (typeof far === 'number') assert.equal(form.get('sip_status'), String(far))
      const call = await the.call(callId)
      assert.deepEqual([call.state, call.outcome, call.attempts.length], ['ended', outcome, 1])
      assert.equal(the.lab.results(callId).length, 1)
    })
  }

  for (const maxRetries of [0, 1, 3]) {
    it(`makes ${1 + maxRetries} attempts with max_retries ${maxRetries} and no more`, async () => {
      const number = `6177123${maxRetries + 1}20`
      const { form, dials } = await finish(number, {
        max_retries: String(maxRetries),
        retry_interval: '60',
      })
      assert.equal(form.get('outcome'), 'busy')
      assert.equal(form.get('attempts'), String(1 + maxRetries))
      assert.equal(dials.length, 1 + maxRetries)
      assert.equal(new Set(dials.map(({ callId }) => callId)).size, dials.length)
      assertPauses(dials)
    })
  }

  it('rests for retry_interval from the end of an attempt that rang', async () => {
    const { form, dials } = await finish('6177123230', { max_retries: '1', retry_interval: '60' })
    assert.deepEqual([form.get('outcome'), form.get('attempts')], ['no-answer', '2'])
    assert.equal(dials.length, 2)
    for (const { canceledAtMs } of dials) assert.ok(canceledAtMs !== undefined)
    assertPauses(dials)
  })

  it('ends with the attempt that was answered', async () => {
    const { form, dials } = await finish('6177123221', { max_retries: '5', retry_interval: '60' })
    assert.deepEqual([form.get('outcome'), form.get('attempts')], ['answered', '2'])
    assert.equal(dials.length, 2)
  })

  const REACHED: readonly [why: string, callee: string, page: string, outcome: Outcome][] = [
    ['the dialogue came to its end', '6177124001', '/start.vxml', 'answered'],
    ['the document turned out broken', '6177124002', '/broken.vxml', 'app-error'],
    ['the dialogue failed after a key', '6177124003', '/throws.vxml', 'app-error'],
    ['the callee hung up at once', '6177124005', '/start.vxml', 'answered'],
  ]
  for (const [why, callee, page, outcome] of REACHED) {
    it(`does not call a person again who was reached, though ${why}`, async () => {
      const startUrl = the.lab.web.url(page)
      const { callId, form, dials } = await finish(callee, {
        max_retries: '3',
        retry_interval: '60',
        start_url: startUrl,
      })
      assert.deepEqual([form.get('outcome'), form.get('attempts')], [outcome, '1'])
      assert.equal(form.get('result'), 'completed')
      assert.equal((await the.call(callId)).state, 'ended')
      assert.equal(dials.length, 1)
    })
  }

  it('does not call a person again who was reached, though no dialogue could begin', async (t) => {
    const other = await openServerLab({
      script: SCRIPT,
      config: () => ({ retryIntervalScale: SCALE }),
    })
    t.after(() => other.close())
    await other.server.parts.sessions.stop()
    const retries = { max_retries: '3', retry_interval: '60' }
    const callId = await other.lab.queue(other.url, '6177124001', retries)
    const form = await other.lab.result(callId)
    assert.deepEqual([form.get('outcome'), form.get('attempts')], ['app-error', '1'])
    const [dial, ...more] = other.lab.dials()
    assert.ok(dial?.byeAtMs !== undefined, 'nobody hangs on a dead line')
    assert.equal(more.length, 0)
  })

  it('makes both of two calls that are queued to the same number', async () => {
    const queue = () => the.lab.queue(the.url, '6177124004')
    const ids = await Promise.all([queue(), queue()])
    const forms = await Promise.all(ids.map((id) => the.lab.result(id)))
    assert.notEqual(ids[0], ids[1])
    for (const form of forms) assert.equal(form.get('outcome'), 'answered')
    assert.equal(the.lab.dials('6177124004').length, 2)
  })

  it('dials at the scheduled time, not before', async () => {
    const scheduled = Math.floor(Date.now() / 1000) + 6
    const { dials } = await finish('6177123511', { scheduled_timestamp: String(scheduled) })
    const lateMs = (dials[0]?.time ?? 0) - scheduled * 1000
    assert.ok(lateMs >= 0, `dialled ${-lateMs} ms too early`)
    assert.ok(lateMs < 10_000, `dialled ${lateMs} ms late`)
  })

  it('expires a call whose next attempt would come too late', async () => {
    const expiration = Math.floor(Date.now() / 1000) + 8
    const { form, dials } = await finish('6177123520', {
      max_retries: '10',
      retry_interval: '60',
      expiration_timestamp: String(expiration),
    })
    assert.deepEqual([form.get('outcome'), form.get('result')], ['expired', 'failed'])
    assert.equal(form.get('attempts'), String(dials.length))
    assert.ok(dials.length >= 1)
    // What was begun in the last moment may come a moment late; another pause later is too late.
    for (const { time } of dials) {
      assert.ok(time < expiration * 1000 + INTERVAL_MS / 2, 'dialled before it expired')
    }
  })
})

/** What the far end has to say of a dial. */
function farEnd(dial: Dial | undefined): Ending['far'] | undefined {
  if (dial === undefined) return undefined
  if (dial.answeredAtMs !== undefined) return 'answered'
  if (dial.refusedWith !== undefined) return dial.refusedWith
  return dial.canceledAtMs === undefined ? 'silent' : 'canceled'
}

function assertPauses(dials: readonly Dial[]): void {
  for (const [index, dial] of dials.slice(1).entries()) {
    const before = dials[index]
    const pauseMs = dial.atMs - (before?.endedAtMs ?? Number.POSITIVE_INFINITY)
    assert.ok(pauseMs >= INTERVAL_MS, `${pauseMs} ms from the end of one attempt to the next`)
    assert.equal(dial.inviteBranches.size, 1)
  }
}
