// What is promised of a cancel and a pause, judged by what the carrier saw: from the moment that the
// answer came, no INVITE; and a phone that rings stops ringing.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { CarrierScript } from '#carrier'
import { addTestCampaign } from '#test/campaign-fixture'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

const RINGS_FOR_EVER = '6177123030'
/** Within a second, and on a machine that others keep busy too still long before the ring time-out of 20 s. */
const CANCEL_WITHIN_MS = 8000
/** A call that is answered talks until it is hung up. */
const PATIENT_DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form>
    <field name="choice" type="digits?length=1">
      <prompt timeout="30s">Press a key.</prompt>
      <filled><exit namelist="choice"/></filled>
    </field>
  </form>
</vxml>`

const number = (index: number): string => String(6_177_130_000 + index)
/** Rings until it is given up. */
const SCRIPT: CarrierScript = Object.fromEntries(
  Array.from({ length: 200 }, (_, index) => [`1${number(index)}`, { neverAnswers: true }]),
)

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** When it was asked and when it was answered, monotonic. */
  readonly askedMs: number
  readonly answeredMs: number
}

describe('cancel and pause', { concurrency: 4, timeout: 120_000 }, () => {
  let the: ServerLab
  before(async () => {
    the = await openServerLab({
      pages: { '/start.vxml': PATIENT_DOCUMENT },
      script: SCRIPT,
      config: () => ({ retryIntervalScale: 1 / 60, lines: 100, callsPerSecond: 25 }),
    })
  })
  after(() => the.close())

  const post = async (path: string, body: object = {}): Promise<Answer> => {
    const askedMs = performance.now()
    const response = await fetch(`${the.url}/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Answer['body']
    return { status: response.status, body: answer, askedMs, answeredMs: performance.now() }
  }
  const retries = { max_retries: '3', retry_interval: '60' }
  const rings = (callee: string): Promise<void> =>
    the.lab.carrierShows((calls) => calls.some((call) => call.number.endsWith(callee)))

  it('ends what rings, and calls no more', async () => {
    const callId = await the.lab.queue(the.url, RINGS_FOR_EVER, retries)
    await rings(RINGS_FOR_EVER)
    const canceled = await post(`/calls/${callId}/cancel`)
    assert.deepEqual([canceled.status, canceled.body['outcome']], [200, 'canceled'])
    const form = await the.lab.result(callId)
    assert.deepEqual([form.get('result'), form.get('attempts')], ['canceled', '1'])
    const [dial, ...more] = the.lab.dials(RINGS_FOR_EVER)
    assert.equal(more.length, 0)
    assert.ok((dial?.canceledAtMs ?? Infinity) - canceled.askedMs < CANCEL_WITHIN_MS)
  })

  it('dials no call after its cancel was answered, in whatever state it came', async () => {
    const indexes = Array.from({ length: 60 }, (_, index) => index)
    const canceled = await Promise.all(
      indexes.map(async (index) => {
        const callId = await the.lab.queue(the.url, number(index), retries)
        // Some while they ring, some between intent and INVITE, the others wherever they are by then.
        if (index % 3 === 0) await rings(number(index))
        if (index % 3 === 1) await until(async () => (await the.call(callId)).state === 'dialing')
        return { callId, index, ...(await post(`/calls/${callId}/cancel`)) }
      }),
    )
    for (const { callId, index, status, askedMs, answeredMs } of canceled) {
      assert.equal(status, 200)
      assert.equal((await the.lab.result(callId)).get('outcome'), 'canceled')
      const dials = the.lab.dials(number(index))
      assert.ok(dials.length <= 1, `dialled ${dials.length} times`)
      for (const { atMs, canceledAtMs = Infinity } of dials) {
        assert.ok(atMs <= answeredMs, `dialled ${atMs - answeredMs} ms after its cancel`)
        const afterMs = canceledAtMs - askedMs
        assert.ok(afterMs < CANCEL_WITHIN_MS, `CANCEL came after ${afterMs} ms`)
      }
    }
  })

  it('hangs up a connected call only on request, and counts it as answered', async () => {
    const callee = '6177123080'
    const callId = await the.lab.queue(the.url, callee, retries)
    await until(async () => (await the.call(callId)).state === 'answered')
    const refused = await post(`/calls/${callId}/cancel`)
    assert.deepEqual([refused.status, refused.body['code']], [409, 'call-connected'])
    await post(`/calls/${callId}/cancel`, { hang_up: true })
    const form = await the.lab.result(callId)
    assert.deepEqual([form.get('outcome'), form.get('hangup_by')], ['answered', 'system'])
    const [dial, ...more] = the.lab.dials(callee)
    assert.ok(dial?.byeAtMs !== undefined)
    assert.equal(more.length, 0)
    assert.equal((await the.call(callId)).cause, 'hung up on request')
  })

  const campaignOf = async (name: string, first: number, calls: number) => {
    const [account] = await the.db.query<{ accountId: number }>(
      'SELECT account_id AS "accountId" FROM accounts',
    )
    return addTestCampaign(the.db, {
      ...{ accountId: account?.accountId ?? 0, name, calls, dueAt: new Date(0) },
      startUrl: the.lab.web.url('/start.vxml'),
      resultUrl: the.lab.web.url('/result'),
      destination: (index) => `+1${number(first + index)}`,
    })
  }
  const dialsFrom = (first: number, calls: number) =>
    Array.from({ length: calls }, (_, index) => the.lab.dials(number(first + index))).flat()

  it('cancels a campaign in the midst of it: what rings stops, the rest is never dialled', async () => {
    const { campaignId, callIds } = await campaignOf('to be canceled', 100, 50)
    await the.lab.carrierShows(() => dialsFrom(100, 50).length >= 5, 30_000)
    const canceled = await post(`/campaigns/${campaignId}/cancel`)
    assert.equal(canceled.body['state'], 'canceled')
    for (const callId of callIds) {
      assert.equal((await the.lab.result(callId)).get('outcome'), 'canceled')
    }
    for (const { atMs, canceledAtMs = Infinity } of dialsFrom(100, 50)) {
      assert.ok(atMs <= canceled.answeredMs, 'dialled after the cancel')
      assert.ok(canceledAtMs - canceled.askedMs < CANCEL_WITHIN_MS)
    }
  })

  it('dials nothing of an account that is held, and all of it when it goes on', async () => {
    const callees = Array.from({ length: 8 }, (_, index) => number(60 + index))
    const dialled = () => callees.flatMap((callee) => the.lab.dials(callee))
    await Promise.all(callees.map((callee) => the.lab.queue(the.url, callee)))
    // They have lines and times of their own by now, or would get them.
    const held = await post('/account/hold')
    const before = dialled().length
    // Queued while it is held, and looked at: it waits as well.
    const late = await the.lab.queue(the.url, number(68))
    assert.equal((await the.call(late)).state, 'queued')
    for (const { atMs } of dialled()) assert.ok(atMs <= held.answeredMs, 'dialled while held')
    assert.equal(dialled().length, before)
    await post('/account/resume')
    await the.lab.carrierShows(() => dialled().length === 8, 30_000)
    await the.lab.carrierShows(() => the.lab.dials(number(68)).length === 1, 30_000)
  })

  it('dials nothing of a paused campaign until it is resumed', async () => {
    const { campaignId } = await campaignOf('to be paused', 150, 50)
    await the.lab.carrierShows(() => dialsFrom(150, 50).length >= 5, 30_000)
    const paused = await post(`/campaigns/${campaignId}/pause`)
    assert.equal(paused.body['state'], 'paused')
    const before = dialsFrom(150, 50)
    for (const { atMs } of before) assert.ok(atMs <= paused.answeredMs, 'dialled after the pause')
    // Other calls are dialled meanwhile, so these could have been as well.
    await the.lab.queue(the.url, '6177123020')
    await the.lab.carrierShows(() => the.lab.dials('6177123020').length === 1)
    assert.equal(dialsFrom(150, 50).length, before.length)
    await post(`/campaigns/${campaignId}/resume`)
    await the.lab.carrierShows(() => dialsFrom(150, 50).length > before.length, 30_000)
    await post(`/campaigns/${campaignId}/cancel`)
  })
})
