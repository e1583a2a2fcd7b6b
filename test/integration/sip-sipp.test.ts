// The user agent against SIPp, which nobody here wrote: extensions of SIP, each with a scenario.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Dialog, sessionDirection } from '#sip'
import { findProgram } from '#test/program'
import { eventually } from '#test/sip-agents'
import { step } from '#test/sipp'
import { answerWith, countOf, lookFor, OFFER, place } from '#test/sipp-call'

const SHARED = join(import.meta.dirname, '../../../shared/peers/sipp')
const SDP = 'application/sdp'
const program = findProgram('sipp')
const skip = 'skip' in program ? program.skip : false
const skipShared = skip || (existsSync(SHARED) ? false : `the scenarios are not at ${SHARED}`)

describe('SIPp, with scenarios of its own kind,', { skip: skipShared }, () => {
  it('rings reliably and answers without a body', async (test) => {
    const { callee, outcome } = await place(test, join(SHARED, 'uas-100rel.xml'))
    assert(outcome.kind === 'answered')
    assert.match(Buffer.from(outcome.body).toString(), /^v=0\r\n/)
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('wants a longer session interval', async (test) => {
    const { callee, outcome } = await place(test, join(SHARED, 'uas-422.xml'), {
      sessionTimer: { seconds: 600, minSeconds: 90 },
    })
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('holds and resumes', async (test) => {
    const { callee, outcome } = await place(test, join(SHARED, 'uas-hold.xml'))
    assert(outcome.kind === 'answered')
    const directions: string[] = []
    outcome.dialog.onReinvite = ({ body }) => {
      directions.push(sessionDirection(body))
      return { body: OFFER, contentType: SDP }
    }
    await eventually('held and resumed', () => directions.length === 2)
    assert.deepEqual(directions, ['sendonly', 'sendrecv'])
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('sends early media before it answers', async (test) => {
    const { callee, outcome, statuses } = await place(test, join(SHARED, 'uas-early.xml'))
    assert(outcome.kind === 'answered')
    assert.ok(statuses.includes(183))
    await outcome.dialog.bye()
    await callee.succeeded()
  })
})

describe('SIPp', { skip }, () => {
  it('has its session refreshed by UPDATE', async (test) => {
    const expires = 'Session-Expires: 2;refresher=uac'
    const { callee, outcome, received } = await place(test, [
      step.receive('INVITE'),
      answerWith(['Allow: INVITE, ACK, BYE, UPDATE', 'Require: timer', expires]),
      step.receive('ACK'),
      step.receive('UPDATE', lookFor('Session-Expires', '2;refresher=uac')),
      step.reply('200 OK', ['Require: timer', expires]),
      step.goodBye,
      step.reply('200 OK'),
    ])
    assert(outcome.kind === 'answered')
    await eventually('200 for UPDATE', () =>
      received.some((each) => /\r\nCSeq: [0-9]+ UPDATE\r\n/.test(each)),
    )
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('has its session refreshed by re-INVITE where it knows no UPDATE', async (test) => {
    const expires = 'Session-Expires: 2;refresher=uac'
    const answer = answerWith(['Allow: INVITE, ACK, BYE', 'Require: timer', expires])
    const { callee, outcome } = await place(test, [
      step.receive('INVITE'),
      answer,
      step.receive('ACK'),
      step.receive('INVITE', lookFor('Session-Expires', '2;refresher=uac')),
      answer.replaceAll(';tag=[pid]SIPpTag[call_number]', ''),
      step.receive('ACK'),
      step.goodBye,
      step.reply('200 OK'),
    ])
    assert(outcome.kind === 'answered')
    await eventually('a second ACK', () => countOf(callee, 'ACK sip:') >= 2)
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('promises to refresh, stays silent, and is hung up on', async (test) => {
    const { callee, outcome } = await place(test, [
      step.receive('INVITE'),
      answerWith(['Require: timer', 'Session-Expires: 2;refresher=uas']),
      step.receive('ACK'),
      step.goodBye,
      step.reply('200 OK'),
    ])
    assert(outcome.kind === 'answered')
    assert.deepEqual(await outcome.dialog.ended, { by: 'local', reason: 'session expired' })
    await callee.succeeded()
  })

  it('confirms our offer of a hold', async (test) => {
    const { callee, outcome } = await place(test, [
      step.receive('INVITE'),
      answerWith([]),
      step.receive('ACK'),
      step.receive('INVITE'),
      answerWith([]).replaceAll(';tag=[pid]SIPpTag[call_number]', ''),
      step.receive('ACK'),
      step.goodBye,
      step.reply('200 OK'),
    ])
    assert(outcome.kind === 'answered')
    assert.equal((await reoffer(outcome.dialog)).kind, 'accepted')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('meets our offer with one of its own, and gets ours again later', async (test) => {
    const { callee, outcome } = await place(test, [
      step.receive('INVITE'),
      answerWith([]),
      step.receive('ACK'),
      step.receive('INVITE'),
      step.reply('491 Request Pending').replaceAll(';tag=[pid]SIPpTag[call_number]', ''),
      step.receive('ACK'),
      step.receive('INVITE'),
      answerWith([]).replaceAll(';tag=[pid]SIPpTag[call_number]', ''),
      step.receive('ACK'),
      step.goodBye,
      step.reply('200 OK'),
    ])
    assert(outcome.kind === 'answered')
    assert.equal((await reoffer(outcome.dialog)).kind, 'accepted')
    await outcome.dialog.bye()
    await callee.succeeded()
  })
})

function reoffer(dialog: Dialog): ReturnType<Dialog['reinvite']> {
  const body = Buffer.concat([OFFER, Buffer.from('a=sendonly\r\n')])
  return dialog.reinvite({ body, contentType: SDP })
}
