// <transfer> over the phone: two callees of the carrier, joined by the server.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { goertzelPower, levelDbm0, meanSquare, parseWav } from '#audio'
import type { CarrierCall, CarrierScript } from '#carrier'
import type { Trunk } from '#model'
import type { CallRecord } from '#store'
import { openServerLab, type ServerLab } from '#test/server-lab'

/** Whom the campaign calls; says something all the time, and presses a key after two seconds. */
const CALLEE = '16177130000'
const PRESSES = '16177130001'
const HANGS_UP = '16177130002'
/** With whom they are connected. */
const AGENT = '16177140000'
const TALKS_LONG = '16177140001'
const IS_BUSY = '16177140002'
const NEVER_ANSWERS = '16177140003'
const CONGESTED = '16177140004'
const ANNOUNCES = '16177140005'
const REFUSES_ONCE = '16177140006'
const FORBIDDEN = '16177140007'
const BARRED = '16177140008'

/** Carriage return and line feed as XML has them. */
const AAI = 'order 7&#13;&#10;Evil: 1'

const SPEECH = 'One, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve.'
const SCRIPT: CarrierScript = {
  [CALLEE]: { answerAfterMs: 0, says: SPEECH, hangupAfterMs: 12_000 },
  [PRESSES]: { answerAfterMs: 0, press: '#', pressAfter: 2000 },
  [HANGS_UP]: { answerAfterMs: 0, hangupAfterMs: 1500 },
  [AGENT]: { answerAfterMs: 300, says: SPEECH, press: '5', pressAfter: 800, hangupAfterMs: 2200 },
  [TALKS_LONG]: { answerAfterMs: 0, hangupAfterMs: 20_000 },
  [IS_BUSY]: { status: 486 },
  [NEVER_ANSWERS]: { neverAnswers: true },
  [CONGESTED]: { status: 503 },
  [ANNOUNCES]: { early: SPEECH, status: 486 },
  [REFUSES_ONCE]: { status: 503, refusals: 1, answerAfterMs: 0, hangupAfterMs: 500, rings: false },
}

const page = (dest: string, attributes: string, inside = ''): string => `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form>
  <transfer name="t" dest="${dest}" ${attributes}>${inside}</transfer>
  <block><exit expr="t + '|' + t$.duration"/></block>
  <catch event="error connection"><exit expr="_event"/></catch>
</form></vxml>`
const HASH = '<grammar mode="dtmf" version="1.0" root="r"><rule id="r">#</rule></grammar>'

const PAGES = {
  '/agent.vxml': page(`tel:+${AGENT};postd=7`, 'bridge="true"'),
  '/told.vxml': page(AGENT, `type="bridge" aai="${AAI}"`),
  '/busy.vxml': page(IS_BUSY, 'type="bridge"'),
  '/congested.vxml': page(CONGESTED, 'type="bridge"'),
  '/silent.vxml': page(NEVER_ANSWERS, 'type="bridge" connecttimeout="1s"'),
  '/short.vxml': page(TALKS_LONG, 'type="bridge" maxtime="1s"'),
  '/long.vxml': page(TALKS_LONG, 'type="bridge"'),
  '/key.vxml': page(TALKS_LONG, 'type="bridge"', HASH),
  '/blind.vxml': page(AGENT, 'type="blind"'),
  '/consult.vxml': page(AGENT, 'type="consultation"'),
  '/nowhere.vxml': page('sip:somebody@203.0.113.9', 'type="bridge"'),
  '/announced.vxml': page(ANNOUNCES, 'type="bridge"'),
  '/again.vxml': page(REFUSES_ONCE, 'type="bridge"'),
  '/forbidden.vxml': page(FORBIDDEN, 'type="blind"'),
  '/barred.vxml': page(BARRED, 'type="bridge"'),
  '/wrong.vxml': page('12', 'type="bridge"'),
}

describe('a transfer over the phone', () => {
  let all: ServerLab
  before(async () => {
    let second: Trunk | undefined
    all = await openServerLab({
      ...{ pages: PAGES, script: SCRIPT },
      config: ({ trunk }) => {
        second = { ...trunk, name: 'second', priority: 1 }
        return { trunk: { ...trunk, priority: 0 } }
      },
      trunks: () => (second ? [second] : []),
    })
  })
  after(() => all.close())

  /** Dials, has the document do its transfer, and waits for the end. */
  async function call(callee: string, document: string): Promise<CallRecord> {
    const { lab, url } = all
    const fields = { start_url: lab.web.url(`/${document}.vxml`), max_retries: '0' }
    const callId = await lab.queue(url, callee, fields)
    await lab.result(callId)
    return all.call(callId)
  }

  const dialled = (number: string): CarrierCall | undefined =>
    all.lab.carrier.calls.findLast((one) => one.number.endsWith(number))

  const ends: readonly (readonly [string, string, string, RegExp])[] = [
    ['is busy', CALLEE, 'busy', /^busy\|0$/],
    ['cannot be reached', CALLEE, 'congested', /^network_busy\|0$/],
    ['does not answer in time', CALLEE, 'silent', /^noanswer\|0$/],
    ['talks longer than it may', CALLEE, 'short', /^maxtime_disconnect\|1$/],
    ['is left by a key of the callee', PRESSES, 'key', /^near_end_disconnect\|[1-3]$/],
    [
      'is at a host that no trunk leads to',
      CALLEE,
      'nowhere',
      /^error\.connection\.noauthorization$/,
    ],
    ['has no number that exists', CALLEE, 'wrong', /^error\.connection\.baddestination$/],
  ]
  for (const [what, callee, document, exit] of ends) {
    it(`to somebody who ${what} says so`, async () => {
      const { exitValue = '' } = await call(callee, document)
      assert.match(JSON.parse(exitValue), exit)
    })
  }

  it('joins both: each hears the other and their keys, until the other party hangs up', async () => {
    const { exitValue = '', outcome, callId } = await call(CALLEE, 'agent')
    assert.match(JSON.parse(exitValue), /^far_end_disconnect\|[12]$/)
    assert.equal(outcome, 'answered')
    const both = (): (CarrierCall | undefined)[] => [dialled(CALLEE), dialled(AGENT)]
    await all.lab.carrierShows(() => both().every((one) => one?.endedAt !== undefined))
    const [callee, agent] = both()
    assert.ok((callee?.heardMs ?? 0) > 500, `the callee heard ${callee?.heardMs} ms`)
    assert.ok((agent?.heardMs ?? 0) > 500, `the other party heard ${agent?.heardMs} ms`)
    assert.equal(agent?.digitsHeard, '7')
    assert.equal(agent.callerId, callee?.callerId)

    const { entries } = await all.trace(callId)
    const isOf = (one: CarrierCall | undefined) => (text: string) =>
      text.includes(one?.callId ?? 'none')
    const messages = entries.flatMap((entry) => (entry.kind === 'sip' ? [entry.text] : []))
    assert.ok(messages.some(isOf(callee)) && messages.filter(isOf(agent)).length >= 5)
    const stored = entries.findIndex((one) => one.kind === 'write' && one.state === 'second-leg')
    const invited = entries.findIndex((one) => one.kind === 'sip' && isOf(agent)(one.text))
    assert.ok(stored > 0 && stored < invited, 'the intent is stored before the INVITE leaves')
  })

  it('tells the other party what `aai` says, and nothing of it becomes a header', async () => {
    const { callId } = await call(CALLEE, 'told')
    const { entries } = await all.trace(callId)
    const isOfAgent = (text: string): boolean => text.startsWith('INVITE') && text.includes(AGENT)
    const invite = entries.find((one) => one.kind === 'sip' && isOfAgent(one.text))
    assert(invite?.kind === 'sip')
    const [, hex = ''] = /^User-to-User: 04([0-9A-F]+);encoding=hex\r$/m.exec(invite.text) ?? []
    assert.equal(Buffer.from(hex, 'hex').toString(), 'order 7\r\nEvil: 1')
    assert.doesNotMatch(invite.text, /^Evil/m)
  })

  it('lets the callee hear what the network of the other party says before an answer', async () => {
    const { exitValue = '' } = await call(CALLEE, 'announced')
    assert.match(JSON.parse(exitValue), /^busy\|0$/)
    await all.lab.carrierShows(() => dialled(CALLEE)?.wavFile !== undefined)
    const { samples } = parseWav(readFileSync(dialled(CALLEE)?.wavFile ?? ''))
    const seconds = Array.from({ length: Math.floor(samples.length / 8000) }, (_, n) =>
      samples.subarray(n * 8000, (n + 1) * 8000),
    )
    // A ringing tone is two frequencies and nothing else.
    const isSpeech = (second: Int16Array): boolean =>
      levelDbm0(second) > -40 &&
      goertzelPower(second, 440) + goertzelPower(second, 480) < 0.5 * meanSquare(second)
    assert.ok(seconds.filter(isSpeech).length >= 3, 'the announcement lasts for some seconds')
  })

  it('tries the next trunk where one has failed for sure', async () => {
    const before = all.lab.carrier.calls.length
    const { exitValue = '' } = await call(CALLEE, 'again')
    assert.match(JSON.parse(exitValue), /^far_end_disconnect\|/)
    const made = all.lab.carrier.calls.slice(before)
    const statuses = made.flatMap(({ number, status }) =>
      number.endsWith(REFUSES_ONCE) ? [status] : [],
    )
    assert.deepEqual(statuses, [503, 200])
  })

  it('leads to no number of the do-not-call list', async () => {
    await all.db.query(
      `INSERT INTO do_not_call (account_id, destination, reason)
       SELECT account_id, $1, 'asked' FROM accounts`,
      [`+${FORBIDDEN}`],
    )
    const { exitValue = '' } = await call(CALLEE, 'forbidden')
    assert.equal(JSON.parse(exitValue), 'error.connection.noauthorization')
    assert.equal(dialled(FORBIDDEN), undefined)
  })

  it('leads to no destination that the account may not call', async () => {
    await all.db.query('UPDATE accounts SET destinations = $1', [JSON.stringify([`!+${BARRED}`])])
    const { exitValue = '' } = await call(CALLEE, 'barred')
    assert.equal(JSON.parse(exitValue), 'error.connection.noauthorization')
    assert.equal(dialled(BARRED), undefined)
  })

  it('hangs up the other party when the callee does', async () => {
    const { hangupBy } = await call(HANGS_UP, 'long')
    assert.equal(hangupBy, 'callee')
    await all.lab.carrierShows(() => dialled(TALKS_LONG)?.endedBy === 'caller')
  })

  for (const type of ['blind', 'consult']) {
    it(`is bridged where the far end takes no REFER: ${type}`, async () => {
      const { exitValue = '' } = await call(CALLEE, type)
      assert.match(JSON.parse(exitValue), /^far_end_disconnect\|[12]$/)
    })
  }

  it('leaves no line taken, and nothing for a restart to end', async () => {
    const left = await all.db.query(
      `SELECT call_id FROM calls WHERE second_trunk IS NOT NULL
       UNION ALL SELECT call_id FROM attempts WHERE second_invite IS NOT NULL`,
    )
    assert.deepEqual(left, [])
  })
})
