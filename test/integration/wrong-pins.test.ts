// How often a PIN may be guessed, over real connections from several addresses of this machine.
import assert from 'node:assert/strict'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, describe, it } from 'node:test'
import { addAccount, changePin, findAccount } from '#calls'
import { openServerLab, type ServerLab } from '#test/server-lab'

const PIN = '2468'

interface Reply {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface Asked {
  /** The address it is sent from. */
  readonly from: string
  readonly pin?: string
  readonly forwardedFor?: string
}

describe('wrong PINs', { timeout: 120_000 }, () => {
  let the: ServerLab
  let accounts = 0
  /** Of an account of its own for each test: no PIN of it was looked at. */
  let login = ''
  let accountId = 0
  before(async () => {
    the = await openServerLab()
  })
  after(() => the.close())
  beforeEach(async () => {
    login = `account${++accounts}`
    const { calls } = the.server.parts
    await addAccount(calls, { login, pin: PIN })
    accountId = (await findAccount(calls, login)).accountId
  })

  async function send(
    path: string,
    { from, pin = PIN, forwardedFor }: Asked,
    form?: URLSearchParams | FormData,
  ): Promise<Reply> {
    const encoded = form && new Response(form)
    const body = encoded && Buffer.from(await encoded.arrayBuffer())
    const sent = request(`${the.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      localAddress: from,
      agent: false,
      headers: {
        ...(forwardedFor && { 'x-forwarded-for': forwardedFor }),
        ...(encoded === undefined
          ? { authorization: `Basic ${btoa(`${login}:${pin}`)}` }
          : { 'content-type': encoded.headers.get('content-type') ?? '', origin: the.url }),
      },
    })
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    sent.once('response', resolve).once('error', reject).end(body)
    const response = await promise
    return { status: response.statusCode, headers: response.headers, body: await text(response) }
  }

  const v1 = (asked: Asked): Promise<Reply> => send('/v1/account', asked)
  const refusedRows = (asked: Asked): Promise<Reply> =>
    send('/webservice/refusedrows.php?list_id=1', asked)
  const signIn = (asked: Asked): Promise<Reply> =>
    send('/sign-in', asked, new URLSearchParams({ login, secret: asked.pin ?? PIN }))
  const call = { phone_number: '12', start_url: 'http://127.0.0.1/' }
  const queuecall = (asked: Asked): Promise<Reply> => {
    const form = new URLSearchParams({ login, pin: asked.pin ?? PIN, ...call })
    return send('/webservice/queuecall.php', asked, form)
  }
  const queuecalls = (asked: Asked): Promise<Reply> => {
    const form = new FormData()
    const fields = { login, pin: asked.pin ?? PIN, campaign_name: 'c', start_url: call.start_url }
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('phone_list', new Blob(['6177123000']), 'list.csv')
    return send('/outbound/webservice/queuecalls.php', asked, form)
  }

  async function guess(times: number, asked: Asked, ask = v1): Promise<Reply[]> {
    const replies = []
    for (let n = 0; n < times; n++) replies.push(await ask({ ...asked, pin: `${n}` }))
    return replies
  }

  it('are refused after five of them from an address, and so is the right one there, but not elsewhere', async () => {
    const here = { from: '127.0.0.2' }
    assert.equal((await v1({ from: '127.0.0.3' })).status, 200, 'it is known to be right')
    const replies = await guess(7, here)
    assert.deepEqual(
      replies.map(({ status }) => status),
      [401, 401, 401, 401, 401, 429, 429],
    )
    const right = await v1(here)
    assert.equal(right.status, 429)
    assert.equal(right.headers['content-type'], 'application/problem+json')
    const { code, status, detail } = JSON.parse(right.body)
    assert.deepEqual([code, status], ['rate-limited', 429])
    const seconds = Number(right.headers['retry-after'])
    assert.ok(seconds > 0 && seconds <= 60, `${seconds}`)
    assert.match(detail, /^Too many tries were wrong; try again in \d+ s\.$/)
    assert.equal((await v1({ from: '127.0.0.3' })).status, 200)
    assert.equal((await v1({ from: '127.0.0.4' })).status, 200)
    const missing = await fetch(`${the.url}/v1/nothing`, {
      headers: { authorization: `Basic ${btoa(`${login}:${PIN}`)}` },
    })
    assert.equal(missing.status, 404)
  })

  it('are counted together at every door, and each answers in its own form', async () => {
    const here = { from: '127.0.0.5' }
    await guess(2, here, queuecall)
    for (const pin of ['8', '9']) await queuecalls({ ...here, pin })
    assert.equal((await refusedRows({ ...here, pin: '7' })).status, 401)
    for (const ask of [queuecall, queuecalls]) {
      const { status, headers, body } = await ask(here)
      assert.equal(status, 503, body)
      assert.ok(Number(headers['retry-after']) > 0)
      assert.match(body, /^<queuecalls? status="failed">$/m)
      assert.match(body, /<error code="rate-limited" temporary="true">Too many tries were wrong; /)
      assert.equal(body.includes(login), false, 'nothing is echoed')
    }
    const rows = await refusedRows(here)
    assert.equal(rows.status, 429)
    assert.ok(Number(rows.headers['retry-after']) > 0)
    assert.match(rows.body, /^rate-limited: Too many tries were wrong; /)
    assert.equal((await v1(here)).status, 429)
    assert.match((await signIn(here)).body, /Too many tries were wrong/)
    assert.match((await queuecall({ from: '127.0.0.6' })).body, /code="invalid-phone-number"/)
  })

  it('are one try where they are one PIN, and a right one is none, however many come at once', async () => {
    const here = { from: '127.0.0.7' }
    const many = await Promise.all(Array.from({ length: 30 }, () => v1(here)))
    assert.deepEqual(new Set(many.map(({ status }) => status)), new Set([200]))
    await changePin(the.server.parts.calls, { accountId, pin: '1357' })
    const old = await Promise.all(Array.from({ length: 30 }, () => v1(here)))
    assert.deepEqual(new Set(old.map(({ status }) => status)), new Set([401]))
    for (let n = 0; n < 10; n++) assert.equal((await v1(here)).status, 401)
    assert.equal((await v1({ ...here, pin: '1357' })).status, 200)
  })

  it('are no more where many are sent at once', async () => {
    const here = { from: '127.0.0.8' }
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, n) => v1({ ...here, pin: `${n}` })),
    )
    const looked = all.filter(({ status }) => status === 401)
    assert.equal(looked.length, 5)
  })

  it('are those of whom the proxy names, and of the login in all where that is made up', async () => {
    const proxy = { from: '127.0.0.9' }
    const honest = { ...proxy, forwardedFor: '192.0.2.1' }
    assert.equal((await v1(honest)).status, 200)
    const guessed = await guess(6, { ...proxy, forwardedFor: '192.0.2.1, 198.51.100.7' })
    assert.equal(guessed.at(-1)?.status, 429)
    assert.equal((await v1(honest)).status, 200)
    const madeUp: (number | undefined)[] = []
    for (let n = 100; n < 150; n++) {
      const asked = { ...proxy, forwardedFor: `203.0.113.${n}`, pin: `${n}` }
      madeUp.push((await v1(asked)).status)
    }
    const looked = madeUp.filter((status) => status === 401).length
    assert.ok(looked >= 45 && looked < 50, `fifty with the five before, and one in 30 s: ${looked}`)
    assert.equal((await v1(honest)).status, 200)
  })
})
