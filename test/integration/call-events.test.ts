// What happens to a call is told while it happens, where an account or a campaign names a URL for it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { cancelCall, editAccount, webhookSecrets } from '#calls'
import { findAccountByLogin } from '#store'
import { LAB_LOGIN, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { openServerLab } from '#test/server-lab'

interface Told {
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>> & {
    readonly sequence: number
    readonly state: string
    readonly attempt: number
  }
}

describe('events', () => {
  it('tell each state of a call once, in order by their sequence, signed, and how it ended', async (t) => {
    const the = await openServerLab({
      pages: { '/start.vxml': QUICK_DOCUMENT, '/events': 'ok' },
      script: {
        '16177125001': { ...QUICK_CALLEE, status: 486, refusals: 1 },
        '16177125002': QUICK_CALLEE,
      },
      config: () => ({ retryIntervalScale: 1 / 60 }),
    })
    t.after(() => the.close())
    const { calls } = the.server.parts
    const found = await findAccountByLogin(the.db, LAB_LOGIN.login)
    const { accountId } = found?.account ?? assert.fail()
    const before = await the.lab.queue(the.url, '6177125002')
    const result = await the.lab.result(before)
    assert.equal(result.get('outcome'), 'answered')
    assert.deepEqual(the.lab.web.requestsFor('/events'), [], 'nobody has asked for events')

    const url = the.lab.web.url('/events')
    await editAccount(calls, { accountId, fields: { events_url: url } })
    const retries = { max_retries: '1', retry_interval: '60', message_reference: 'order 17' }
    const callId = await the.lab.queue(the.url, '6177125001', retries)
    const ended = (state: string) => () =>
      eventsOf(callId).find(({ data }) => data.state === state) && true
    const posts = () => the.lab.web.requestsFor('/events').filter(({ method }) => method === 'POST')
    const eventsOf = (id: number): Told[] =>
      posts()
        .map(({ body }): Told => JSON.parse(body))
        .filter(({ data }) => data['call_id'] === id)
    await the.lab.web.waitUntil(ended('completed'), 60_000)
    await the.lab.web.waitUntil(() => (eventsOf(callId).length >= 8 ? true : undefined), 60_000)
    const told = eventsOf(callId).toSorted((one, other) => one.data.sequence - other.data.sequence)
    // A busy callee has rung or not, as the carrier has it.
    const states = told.map(({ data }) => `${data.attempt} ${data.state}`)
    assert.deepEqual(
      states.filter((one) => one !== '1 ringing'),
      ['0 queued', '1 dialing', '1 queued', '2 dialing', '2 ringing', '2 answered']
        .concat(states.includes('2 callee_type') ? ['2 callee_type'] : [])
        .concat('2 completed'),
    )
    assert.equal(new Set(told.map(({ data }) => data.sequence)).size, told.length)
    const last = told.at(-1) ?? assert.fail()
    assert.equal(last.type, 'call.completed')
    const { data } = last
    assert.deepEqual(
      [data['outcome'], data['result'], data['message_reference'], data['phone_number']],
      ['answered', 'completed', 'order 17', '6177125001'],
    )
    assert.equal(told[2]?.data['outcome'] ?? told[3]?.data['outcome'], 'busy')
    const { secret } = await webhookSecrets(calls, accountId)
    for (const { body, headers } of posts()) {
      assert.equal(headers['content-type'], 'application/json')
      const signed = Object.entries(headers).map(([name, value]) => [name, String(value)])
      assert.ok(new Webhook(secret).verify(body, Object.fromEntries(signed)))
    }
    // The result comes as ever.
    assert.equal((await the.lab.result(callId)).get('outcome'), 'answered')

    const far = await the.lab.queue(the.url, '6177125002', { scheduled_time: '+1 day' })
    await cancelCall(calls, { callId: far })
    await the.lab.web.waitUntil(() => (eventsOf(far).length >= 2 ? true : undefined), 60_000)
    const two = eventsOf(far).toSorted((one, other) => one.data.sequence - other.data.sequence)
    assert.deepEqual(
      two.map(({ type }) => type),
      ['call.queued', 'call.canceled'],
    )
  })
})
