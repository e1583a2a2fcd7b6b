import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type RunningServer, run } from '#app'
import { silentLogger } from '#base'
import { readEvents } from '#test/api-client'
import { LAB_LOGIN, Lab, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'

const NUMBER = '16177126100'
const AUTHORIZATION = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`
const JSON_HEADERS = { authorization: AUTHORIZATION, 'content-type': 'application/json' }

describe('the JSON interface of a server', { timeout: 120_000 }, () => {
  let lab: Lab
  let server: RunningServer
  before(async () => {
    const key = new Uint8Array(32).fill(3)
    lab = await Lab.start({ '/quick.vxml': QUICK_DOCUMENT }, { script: { [NUMBER]: QUICK_CALLEE } })
    server = await run(lab.config({ recordsCalls: true, recordingKey: key }), silentLogger)
  })
  after(async () => {
    await server.stop()
    await lab.stop()
  })

  const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
    const { host, port } = server.httpAddress
    return fetch(`http://${host}:${port}${path}`, { headers: JSON_HEADERS, ...init })
  }

  it('queues a call, tells of its end, gives its recording, and ends its streams when it stops', async () => {
    const live = await ask('/v1/events')
    const body = { phone_number: NUMBER, start_url: lab.web.url('/quick.vxml') }
    const queued = await ask('/v1/calls', { method: 'POST', body: JSON.stringify(body) })
    const { call_id: callId } = (await queued.json()) as { call_id: number }
    const { events } = await readEvents(live, 1)
    assert.deepEqual(
      events.map(({ event, data }) => [event, data.call_id, data.outcome]),
      [['call-ended', callId, 'answered']],
    )
    const recording = await ask(`/v1/calls/${callId}/recordings/1`)
    assert.equal(recording.headers.get('content-type'), 'audio/wav')
    const wave = Buffer.from(await recording.arrayBuffer())
    assert.equal(wave.subarray(0, 4).toString(), 'RIFF')
    const csv = await (await ask(`/v1/exports/calls?phone_number=${NUMBER}`)).text()
    assert.match(csv, new RegExp(`"${callId}".*"\\+${NUMBER}".*"answered"`))
    const large = await ask('/v1/calls', { method: 'POST', body: 'x'.repeat(200_000) })
    assert.equal(large.status, 413)

    const open = await ask('/v1/events')
    const reading = readEvents(open, 1)
    await server.stop()
    assert.deepEqual((await reading).events, [])
  })
})
