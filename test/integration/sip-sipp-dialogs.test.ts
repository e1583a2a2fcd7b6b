// The user agent against SIPp: what a far end may do before, in and after a dialog.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sipStatusOutcome } from '#model'
import { type Dialog, sessionDirection } from '#sip'
import { findProgram } from '#test/program'
import { eventually, firstLines } from '#test/sip-agents'
import { step } from '#test/sipp'
import { answerWith, countOf, lookFor, OFFER, place } from '#test/sipp-call'
import { expect, hangUp, ofFork, once, tagless, take, toInvite } from '#test/sipp-steps'

const program = findProgram('sipp')
const skip = 'skip' in program ? program.skip : false
const SDP = 'application/sdp'
const NO_MEDIA_YET = /c=IN IP4 \[media_ip\]/

/** The call stands, and From and To are known for requests of the callee's own. */
const ANSWERED = [take('To', 'From'), step.replyWithMedia('200 OK'), step.receive('ACK')]
const END = [step.goodBye, tagless(step.reply('200 OK'))]

/** A request of the callee's own, and the answer that it is to get. */
function ask(request: string, status: number): string[] {
  return [once(request), expect(status)]
}

/** A re-INVITE of the callee's own, with its ACK. */
function reinvite(cseq: number, direction: string, status = 200): string[] {
  return [...ask(step.request('INVITE', cseq, direction), status), step.request('ACK', cseq)]
}

/** Answers each offer, and gives what directions were offered. */
function answerOffers(dialog: Dialog): string[] {
  const directions: string[] = []
  dialog.onReinvite = ({ body }) => {
    directions.push(body.length === 0 ? 'none' : sessionDirection(body))
    return { body: OFFER, contentType: SDP }
  }
  return directions
}

describe('a dialog with SIPp', { skip }, () => {
  const holds: readonly (readonly [string, string[], string[]])[] = [
    [
      'inactive',
      [...reinvite(1, 'inactive'), ...reinvite(2, 'sendrecv')],
      ['inactive', 'sendrecv'],
    ],
    [
      'c=0.0.0.0',
      reinvite(1, 'sendrecv').map((each) => each.replace(NO_MEDIA_YET, 'c=IN IP4 0.0.0.0')),
      ['inactive'],
    ],
    ['UPDATE', ask(step.request('UPDATE', 1, 'sendonly'), 200), ['sendonly']],
    [
      'a re-INVITE that asks for our offer',
      [...ask(step.request('INVITE', 1), 200), step.request('ACK', 1, 'recvonly')],
      ['none'],
    ],
  ]
  for (const [how, steps, offered] of holds) {
    it(`is changed by ${how}`, async (test) => {
      const pause = step.pause(100)
      const { callee, outcome } = await place(test, [...ANSWERED, pause, ...steps, ...END])
      assert(outcome.kind === 'answered')
      const directions = answerOffers(outcome.dialog)
      await eventually('the offers', () => directions.length === offered.length)
      assert.deepEqual(directions, offered)
      await eventually('the ACK', () => countOf(callee, 'SIP/2.0 200 OK') > offered.length)
      await outcome.dialog.bye()
      await callee.succeeded()
    })
  }

  const refused: readonly (readonly [string, string[]])[] = [
    ['answers OPTIONS', ask(step.request('OPTIONS', 1), 200)],
    ['has never heard of a method', ask(step.request('FOO', 1), 501)],
    ['knows a method that is not for it', ask(step.request('MESSAGE', 1), 405)],
    ['is asked to call somebody', ask(step.request('REFER', 1), 405)],
    [
      'is asked in the wrong order',
      [...ask(step.request('OPTIONS', 7), 200), ...ask(step.request('OPTIONS', 6), 500)],
    ],
    [
      'is required an extension that nobody knows',
      reinvite(1, 'sendonly', 420).map((each) =>
        each.replace('Content-Type', 'Require: teleport\nContent-Type'),
      ),
    ],
    ['is offered a change that nobody takes', reinvite(1, 'sendonly', 488)],
  ]
  for (const [what, steps] of refused) {
    it(`${what}, and goes on`, async (test) => {
      const { callee, outcome, sent } = await place(test, [...ANSWERED, ...steps, ...END])
      assert(outcome.kind === 'answered')
      const answers = steps.filter((each) => each.startsWith('<recv')).length
      const isAnswer = (line: string): boolean => line.startsWith('SIP/2.0')
      await eventually('the answer', () => firstLines(sent).filter(isAnswer).length >= answers)
      await outcome.dialog.bye()
      await callee.succeeded()
    })
  }

  it('is kept alive by the far end, that has promised to', async (test) => {
    const refresh = (cseq: number): string[] => [
      step.pause(800),
      ...ask(
        step
          .request('UPDATE', cseq)
          .replace('Max-Forwards', 'Session-Expires: 2;refresher=uac\nMax-Forwards'),
        200,
      ),
    ]
    const { callee, outcome, received } = await place(test, [
      take('To', 'From'),
      answerWith(['Require: timer', 'Session-Expires: 2;refresher=uas']),
      step.receive('ACK'),
      ...[1, 2, 3].flatMap(refresh),
      ...END,
    ])
    assert(outcome.kind === 'answered')
    const isUpdate = (line: string): boolean => line.startsWith('UPDATE ')
    await eventually('three', () => firstLines(received).filter(isUpdate).length >= 3)
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('is over all the same where the far end knows it no more', async (test) => {
    const gone = tagless(step.reply('481 Call/Transaction Does Not Exist'))
    const { callee, outcome } = await place(test, [...plain(), step.goodBye, gone])
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    assert.equal((await outcome.dialog.ended).by, 'local')
    await callee.succeeded()
  })

  it('ends with a BYE that has proved itself', async (test) => {
    const challenge =
      'WWW-Authenticate: Digest realm="lab", nonce="bye", algorithm=SHA-256, qop="auth"'
    const credentials = { username: 'alice', password: 'secret' }
    const steps = [
      step.goodBye,
      once(tagless(step.reply('401 Unauthorized', [challenge]))),
      step.receive('BYE', lookFor('Authorization', 'nonce=.bye.*SHA-256')),
      tagless(step.reply('200 OK')),
    ]
    const { callee, outcome } = await place(test, [...plain(), ...steps], {}, { credentials })
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('tells where its far end takes no keys by INFO', async (test) => {
    const refusal = once(tagless(step.reply('415 Unsupported Media Type')))
    const steps = [step.receive('INFO'), refusal, ...END]
    const { callee, outcome } = await place(test, [...plain(), ...steps])
    assert(outcome.kind === 'answered')
    assert.equal(await outcome.dialog.sendDigit({ digit: '#', durationMs: 100 }), false)
    await outcome.dialog.bye()
    await callee.succeeded()
  })
})

describe('before SIPp answers', { skip }, () => {
  it('another branch of a fork may have rung first', async (test) => {
    const early = (branch: string): string =>
      ofFork(step.replyWithMedia('183 Session Progress'), branch)
    const { callee, outcome, statuses } = await place(test, [
      step.receive('INVITE'),
      early('a'),
      early('b'),
      ofFork(step.replyWithMedia('200 OK'), 'b'),
      step.receive('ACK', lookFor('To', 'fork-b')),
      ...END,
    ])
    assert(outcome.kind === 'answered')
    assert.deepEqual(statuses, [183, 183])
    assert.equal(outcome.dialog.state.remoteTag, 'fork-b')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('its BYE may overtake its answer', async (test) => {
    const { callee, outcome } = await place(test, [
      take('To', 'From', 'Via', 'CSeq'),
      step.reply('180 Ringing'),
      ...ask(step.request('BYE', 1), 200),
      toInvite(tagRemembered(step.replyWithMedia('200 OK'))),
      step.receive('ACK'),
    ])
    assert(outcome.kind === 'answered')
    assert.equal((await outcome.dialog.ended).by, 'remote')
    await callee.succeeded()
  })

  it('it may ring reliably twice, and offer anew in between', async (test) => {
    const reliable = (rseq: number): string =>
      step.reply('183 Session Progress', ['Require: 100rel', `RSeq: ${rseq}`])
    const ringing = (rseq: number): string[] => [
      toInvite(tagRemembered(reliable(rseq))),
      step.receive('PRACK', lookFor('RAck', `${rseq} [0-9]* INVITE`)),
      tagless(once(step.reply('200 OK'))),
    ]
    const early: string[] = []
    const { callee, outcome } = await place(
      test,
      [
        take('To', 'From', 'Via', 'CSeq'),
        ...ringing(21),
        ...ask(step.request('UPDATE', 1, 'sendonly'), 200),
        ...ringing(22),
        toInvite(tagRemembered(step.replyWithMedia('200 OK'))),
        step.receive('ACK'),
        ...END,
      ],
      {},
      {
        onEarlyOffer: ({ body }) => {
          early.push(sessionDirection(body))
          return { body: OFFER, contentType: SDP }
        },
      },
    )
    assert(outcome.kind === 'answered')
    assert.deepEqual(early, ['sendonly'])
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('it may want a longer session, and says how long', async (test) => {
    const { callee, outcome } = await place(
      test,
      [
        step.receive('INVITE', lookFor('Session-Expires', '600')),
        step.reply('422 Session Interval Too Small', ['Min-SE: 3600']),
        step.receive('ACK'),
        step.receive('INVITE', lookFor('Session-Expires', '3600')),
        step.replyWithMedia('200 OK'),
        step.receive('ACK'),
        ...hangUp,
      ],
      { sessionTimer: { seconds: 600, minSeconds: 90 } },
    )
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  const refusals: readonly (readonly [string, string])[] = [
    ['408 Request Timeout', 'no-answer'],
    ['480 Temporarily Unavailable', 'no-answer'],
    ['484 Address Incomplete', 'invalid-number'],
    ['503 Service Unavailable', 'congestion'],
    ['600 Busy Everywhere', 'busy'],
  ]
  for (const [status, expected] of refusals) {
    it(`it may refuse with ${status}, and say when to try again`, async (test) => {
      const { callee, outcome } = await place(test, [
        step.receive('INVITE'),
        step.reply(status, ['Retry-After: 120 (busy);duration=60']),
        step.receive('ACK'),
      ])
      assert(outcome.kind === 'refused')
      assert.equal(sipStatusOutcome(outcome.status), expected)
      assert.equal(outcome.headers['retry-after'], '120 (busy);duration=60')
      await callee.succeeded()
    })
  }
})

function plain(): string[] {
  return [step.receive('INVITE'), step.replyWithMedia('200 OK'), step.receive('ACK')]
}

/** As in the reply to the INVITE, whatever was received since. */
function tagRemembered(reply: string): string {
  return reply.replace('[last_To:]', 'To:[$to]').replace('[last_From:]', 'From:[$from]')
}
