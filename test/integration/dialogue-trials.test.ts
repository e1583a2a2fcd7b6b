import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { CheckAnswer, Trial, TrialAnswer, TrialEvent, TrialList } from '#api'
import { addAccount } from '#calls'
import { LAB_LOGIN, ONE_KEY_DOCUMENT } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'

const PAGE = '<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">'
/** Its script is stopped by the engine each time that the document runs it again, some thousand times. */
const LOOPING = `${PAGE}<catch event="error"><goto next="#f"/></catch>
  <form id="f"><block><script>for (;;) {}</script></block></form></vxml>`
/** Its compiler of regular expressions takes minutes, and never asks whether to stop. */
const HANGING = `${PAGE}<form><block><script><![CDATA[
  new RegExp("\\\\k<b>".repeat(7e4) + "(?<b>)")
]]></script></block></form></vxml>`

interface Problem {
  readonly code: string
  readonly detail: string
}

describe('dialogues that are tried over HTTP', { timeout: 240_000 }, () => {
  let lab: ServerLab
  before(async () => {
    lab = await openServerLab({
      pages: {
        '/choice.vxml': ONE_KEY_DOCUMENT,
        '/told.vxml': (request) =>
          `${PAGE}<form><block><prompt>${request.body.toString().replaceAll('&', ' ')}</prompt><exit/></block></form></vxml>`,
        '/wrong.vxml': `${PAGE}\n<form>\n  <blok/>\n</form></vxml>`,
      },
    })
    await addAccount(lab.server.parts.calls, { login: 'other', pin: '1' })
  })
  after(() => lab.close())

  async function ask(
    method: string,
    path: string,
    body?: object,
    { login, pin }: { login: string; pin: string } = LAB_LOGIN,
  ): Promise<Response> {
    const headers = {
      authorization: `Basic ${btoa(`${login}:${pin}`)}`,
      'content-type': 'application/json',
    }
    return await fetch(lab.url + path, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
  }

  async function start(body: object): Promise<TrialAnswer> {
    const reply = await ask('POST', '/v1/trials', body)
    const text = await reply.text()
    assert.equal(reply.status, 201, text)
    return JSON.parse(text)
  }

  async function move(trialId: string, body: object): Promise<TrialAnswer> {
    const reply = await ask('POST', `/v1/trials/${trialId}/moves`, body)
    const text = await reply.text()
    assert.equal(reply.status, 200, text)
    return JSON.parse(text)
  }

  async function check(body: object): Promise<CheckAnswer> {
    const reply = await ask('POST', '/v1/check', body)
    assert.equal(reply.status, 200)
    return (await reply.json()) as CheckAnswer
  }

  async function problem(reply: Promise<Response>, status: number): Promise<Problem> {
    const answer = await reply
    assert.equal(answer.status, status)
    return (await answer.json()) as Problem
  }

  it('goes from point to point, with its variables and steps, to its end', async () => {
    const begun = await start({ document_url: lab.lab.web.url('/choice.vxml'), trace: true })
    assert.equal(begun.waiting, 'listen')
    assert.equal(textsOf(begun), 'This is a test of the emergency broadcast system. Press a key.')
    assert.ok(begun.events.some(({ event }) => event === 'step'))
    const undefinedYet = begun.variables?.find(({ name }) => name === 'choice')
    assert.deepEqual(undefinedYet, { scope: 'dialog', name: 'choice', type: 'undefined' })
    const after = await move(begun.trial_id, { dtmf: '7' })
    assert.deepEqual([after.waiting, after.variables], [null, []])
    assert.deepEqual(inputOf(after), '7')
    const { reason, value } = endOf(after)
    assert.deepEqual([reason, value], ['exit', { choice: '7' }])
    const gone = await problem(
      ask('POST', `/v1/trials/${begun.trial_id}/moves`, { silence: true }),
      404,
    )
    assert.equal(gone.code, 'trial-not-found')
    assert.match(gone.detail, /another server/)
  })

  it('can be looked at with all that happened in it, and for a while after its end', async () => {
    const look = async (trialId: string): Promise<Trial> => {
      const reply = await ask('GET', `/v1/trials/${trialId}`)
      assert.equal(reply.status, 200)
      return (await reply.json()) as Trial
    }
    const listed = async (): Promise<string[]> => {
      const { trials } = (await (await ask('GET', '/v1/trials')).json()) as TrialList
      return trials.map(({ trial_id }) => trial_id)
    }
    const asked = { document: ONE_KEY_DOCUMENT, fields: { Name: 'Ann' }, trace: true }
    const { trial_id: trialId, ...begun } = await start(asked)
    const { waiting, variables } = begun
    const { events, events_left_out } = begun
    const first = { events, events_left_out }
    const { began_at, ...seen } = await look(trialId)
    assert.ok(Math.abs(Date.parse(began_at) - Date.now()) < 60_000)
    const rest = { turns_left_out: 0, waiting, variables }
    assert.deepEqual(seen, { trial_id: trialId, asked, turns: [first], ...rest })
    assert.ok((await listed()).includes(trialId))
    const other = { login: 'other', pin: '1' }
    await problem(ask('GET', `/v1/trials/${trialId}`, undefined, other), 404)
    const foreign = await (await ask('GET', '/v1/trials', undefined, other)).json()
    assert.deepEqual(foreign, { trials: [] })
    const after = await move(trialId, { dtmf: '7' })
    const second = { move: { dtmf: '7' }, events: after.events, events_left_out: 0 }
    const over = await look(trialId)
    assert.deepEqual([over.turns, over.waiting], [[first, second], null])
    assert.ok(!(await listed()).includes(trialId))
    await problem(ask('GET', `/v1/trials/${trialId}`, undefined, other), 404)
    assert.equal((await ask('DELETE', `/v1/trials/${trialId}`)).status, 204)
    await problem(ask('GET', `/v1/trials/${trialId}`), 404)
  })

  it('keeps what was said in the last five of an account', async () => {
    const ended: string[] = []
    for (let count = 0; count < 6; count++) {
      const document = `${PAGE}<form><block><exit expr="${count}"/></block></form></vxml>`
      ended.push((await start({ document })).trial_id)
    }
    const found = ended.map(async (id) => (await ask('GET', `/v1/trials/${id}`)).status)
    assert.deepEqual(await Promise.all(found), [404, 200, 200, 200, 200, 200])
  })

  it('tells a document the fields that it was given', async () => {
    const told = await start({
      document_url: lab.lab.web.url('/told.vxml'),
      fields: { phone_number: '16175550123', Name: 'Ann' },
    })
    assert.match(textsOf(told), /phone_number=16175550123.*Name=Ann/)
    assert.equal(told.waiting, null)
  })

  it('takes a document as it is, in which nothing can be relative', async () => {
    const told = await start({
      document: `${PAGE}<form><block><goto next="#there"/></block></form>
        <form id="there"><block><prompt>There.</prompt><goto next="next.vxml"/></block></form></vxml>`,
    })
    assert.match(textsOf(told), /^There\./)
    const { fault } = endOf(told)
    assert.equal(fault?.event, 'error.badfetch')
    assert.match(JSON.stringify(told.events), /next\.vxml\\" is a relative address/)
  })

  it('reaches neither files nor networks that calls may not reach', async () => {
    for (const address of ['file:///etc/passwd', 'http://10.0.0.1/x']) {
      const document = `${PAGE}<form><block><goto next="${address}"/></block></form></vxml>`
      const { event } = endOf(await start({ document })).fault ?? { event: '' }
      assert.match(event, /^error\.badfetch/)
    }
    const named = await problem(ask('POST', '/v1/trials', { document_url: 'file:///etc/x' }), 422)
    assert.equal(named.code, 'parameter-invalid')
    const blocked = await start({ document_url: 'http://10.0.0.1/x' })
    assert.match(endOf(blocked).fault?.message ?? '', /not public|10\.0\.0\.1/)
  })

  for (const [what, document, ended] of [
    ['loops for ever', LOOPING, /^limit /],
    ['does not come back', HANGING, /stopped. A script has not come back/],
  ] as const) {
    it(`leaves the server free while a script ${what}`, async () => {
      const innocent = await start({ document_url: lab.lab.web.url('/choice.vxml') })
      let isOver = false
      const hostile = start({ document }).finally(() => {
        isOver = true
      })
      let answered = 0
      let slowestMs = 0
      while (!isOver) {
        const askedAt = performance.now()
        const reply = await fetch(`${lab.url}/health/live`)
        assert.equal(reply.status, 200)
        await reply.text()
        answered += 1
        slowestMs = Math.max(slowestMs, performance.now() - askedAt)
      }
      assert.ok(answered > 20, `${answered} requests were answered meanwhile`)
      assert.ok(slowestMs < 1000, `one took ${Math.round(slowestMs)} ms`)
      const end = endOf(await hostile)
      assert.match(`${end.reason} ${end.fault?.message}`, ended)
      assert.equal(endOf(await move(innocent.trial_id, { dtmf: '1' })).reason, 'exit')
    })
  }

  it('keeps its answers to a size, and says what it left out', async () => {
    const told = await start({
      document: `${PAGE}<form><block><var name="long" expr="Array(9000).join('x')"/>
        <foreach item="one" array="Array(700)"><log>line</log></foreach>
        <log expr="long"/><exit expr="long"/></block></form></vxml>`,
    })
    assert.equal(told.events.length, 501)
    assert.ok(told.events_left_out > 190)
    assert.equal(String(endOf(told).value).length, 2001)
  })

  it('is an account’s own, a few at a time', async () => {
    const document = ONE_KEY_DOCUMENT
    const { trial_id: trialId } = await start({ document })
    const other = { login: 'other', pin: '1' }
    const stolen = [
      ask('POST', `/v1/trials/${trialId}/moves`, { silence: true }, other),
      ask('DELETE', `/v1/trials/${trialId}`, undefined, other),
    ]
    for (const one of stolen) assert.equal((await problem(one, 404)).code, 'trial-not-found')
    const more = await Promise.all([1, 2, 3, 4].map(() => start({ document })))
    const sixth = await problem(ask('POST', '/v1/trials', { document }), 409)
    assert.equal(sixth.code, 'too-many-trials')
    for (const id of [trialId, ...more.map(({ trial_id }) => trial_id)]) {
      assert.equal((await ask('DELETE', `/v1/trials/${id}`)).status, 204)
    }
    assert.equal((await start({ document })).waiting, 'listen')
  })

  it('says which move it cannot be, and why', async () => {
    const { trial_id: trialId } = await start({ document: ONE_KEY_DOCUMENT })
    for (const [body, sentence] of [
      [{}, /^move has none of dtmf, say/],
      [{ dtmf: '1x' }, /^dtmf is not a text of the keys/],
      [{ dtmf: '1', say: 'one' }, /^say is a second move, besides dtmf/],
      [{ silence: true, duration_ms: 5 }, /^duration_ms is nothing of silence/],
    ] as const) {
      const refused = await problem(ask('POST', `/v1/trials/${trialId}/moves`, body), 422)
      assert.match(refused.detail, sentence)
    }
    const neither = await problem(ask('POST', '/v1/trials', {}), 422)
    assert.match(neither.detail, /either document_url or document/)
    assert.equal((await ask('DELETE', `/v1/trials/${trialId}`)).status, 204)
  })

  it('checks a document, and gives the source of a URL', async () => {
    const uri = lab.lab.web.url('/wrong.vxml')
    const checked = await check({ document_url: uri })
    assert.match(checked.source ?? '', /<blok\/>/)
    const [fault] = checked.faults
    assert.ok(fault !== undefined)
    assert.deepEqual([fault.severity, fault.uri, fault.line, fault.column], ['error', uri, 3, 3])
    assert.match(fault.message, /blok/)
    const own = await check({ document: ONE_KEY_DOCUMENT })
    assert.deepEqual(own, { faults: [], faults_left_out: 0 })
    const blocked = await check({ document_url: 'http://10.0.0.1/' })
    assert.match(blocked.faults[0]?.message ?? '', /cannot be fetched/)
  })

  it('says a text aloud', async () => {
    const spoken = await ask('GET', '/v1/speech?text=Good%20morning.')
    assert.equal(spoken.headers.get('content-type'), 'audio/wav')
    assert.match(spoken.headers.get('cache-control') ?? '', /^private/)
    const wave = Buffer.from(await spoken.arrayBuffer())
    assert.equal(wave.subarray(0, 4).toString(), 'RIFF')
    const seconds = (wave.length - 44) / 2 / 8000
    assert.ok(seconds > 0.4 && seconds < 3, `${seconds} s`)
    const long = await problem(ask('GET', `/v1/speech?text=${'a'.repeat(501)}`), 422)
    assert.match(long.detail, /at most 500/)
  })
})

function textsOf({ events }: TrialAnswer): string {
  return events.flatMap((event) => (event.event === 'prompt' ? [event.text] : [])).join(' ')
}

function inputOf({ events }: TrialAnswer): string | undefined {
  return events.flatMap((event) => (event.event === 'input' ? [event.value] : []))[0]
}

function endOf({ events }: TrialAnswer): Extract<TrialEvent, { event: 'end' }> {
  const last = events.at(-1)
  assert.ok(last?.event === 'end', JSON.stringify(events))
  return last
}
