// The client library against a server that places calls.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createClient, OutdialApiError, verifyWebhook } from '#client'
import { LAB_LOGIN, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'

const NUMBER = '16177126001'

let the: ServerLab
let client: ReturnType<typeof createClient>
let urls: { start_url: string; result_url: string }
before(async () => {
  the = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT },
    script: { [NUMBER]: QUICK_CALLEE },
  })
  client = createClient({ url: the.url, auth: LAB_LOGIN })
  urls = { start_url: the.lab.web.url('/start.vxml'), result_url: the.lab.web.url('/result') }
})
after(() => the.close())

describe('the client', () => {
  it('queues a call, follows its events, and knows whose result came', async () => {
    const ended = new AbortController()
    const events = client.events({ signal: ended.signal })
    const next = events.next()
    const request = { body: { phone_number: NUMBER, ...urls }, 'Idempotency-Key': 'order-17' }
    const { call_id } = await client.queueCall(request)
    assert.deepEqual(await client.queueCall(request), { call_id }, 'the same call')
    const { value } = await next
    const told = value ?? assert.fail('an event came')
    assert.equal(told.type, 'call-ended')
    assert.equal((told.data as { call_id: number }).call_id, call_id)
    ended.abort()
    assert.equal((await events.next()).done, true)

    const call = await client.getCall({ call_id })
    assert.deepEqual([call.state, call.outcome, call.attempts.length], ['ended', 'answered', 1])
    const { calls } = await client.listCalls({ outcome: 'answered', limit: 5 })
    assert.deepEqual(
      calls.map((one) => one.call_id),
      [call_id],
    )

    await the.lab.result(call_id)
    const { secret } = await client.getWebhookSecret()
    const posted = the.lab.web.requestsFor('/result').at(-1) ?? assert.fail('a result was posted')
    assert.equal(verifyWebhook(posted, { secret }), true)
    const forged = { ...posted, body: posted.body.replace('completed', 'failed') }
    assert.equal(verifyWebhook(forged, { secret }), false)
    assert.equal(verifyWebhook(posted, { secret, now: Date.now() + 301_000 }), false)
    assert.equal(verifyWebhook(posted, { secret: [`whsec_${btoa('another one')}`, secret] }), true)
    assert.equal(verifyWebhook({ ...posted, headers: {} }, { secret }), false)
  })

  it('uploads a list, edits its campaign where nobody else did, and exports its calls', async () => {
    const uploaded = await client.createCampaign({
      campaign_name: 'June',
      ...urls,
      scheduled_time: '+1 day',
      body: new Blob([`destination\n${NUMBER}\nnobody\n`]).stream(),
    })
    assert.deepEqual([uploaded.accepted, uploaded.refused], [1, 1])
    const { campaign_id } = uploaded
    const { version } = await client.getCampaign({ campaign_id })
    const edit = { campaign_id, 'If-Match': `"${version}"`, body: { lines: 2 } }
    assert.equal((await client.editCampaign(edit)).lines, 2)
    await assert.rejects(client.editCampaign(edit), { status: 412 })
    const exported = await client.exportCalls({ campaign_id, format: 'ndjson' })
    const [row = ''] = (await exported.text()).split('\n')
    assert.equal(JSON.parse(row).phone_number, NUMBER)
    await client.cancelCampaign({ campaign_id })
  })

  it('says what is wrong, and whether it will pass', async () => {
    const failed = await client
      .queueCall({ body: { phone_number: '12', ...urls } })
      .catch((error: unknown) => error)
    assert.ok(failed instanceof OutdialApiError)
    const { status, code, field, retryAfterSeconds } = failed
    assert.deepEqual(
      [status, code, field, retryAfterSeconds],
      [422, 'invalid-phone-number', 'phone_number', undefined],
    )
    assert.match(failed.message, /phone_number/)
    const stranger = createClient({ url: the.url, auth: { key: 'no key of ours' } })
    await assert.rejects(stranger.getAccount(), { status: 401, code: 'authentication' })
    await assert.rejects(stranger.events().next(), { status: 401 }, 'no use in trying again')
  })
})
