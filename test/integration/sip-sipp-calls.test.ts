// The user agent against SIPp: the turns that a call may take, each with a scenario of its own.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findProgram } from '#test/program'
import { eventually, firstLines, startAgent } from '#test/sip-agents'
import { SippCallee, step } from '#test/sipp'
import { answerWith, lookFor, OFFER, place } from '#test/sipp-call'
import { expect, hangUp, keep, ofFork, once, tagless, take, toInvite } from '#test/sipp-steps'

const program = findProgram('sipp')
const skip = 'skip' in program ? program.skip : false
const SDP = 'application/sdp'
describe('a call to SIPp', { skip }, () => {
  it('that forks: the first answer counts, the other branch is acknowledged and hung up on', async (test) => {
    const { callee, outcome, sent } = await place(test, [
      take('Via', 'CSeq', 'To'),
      ofFork(step.reply('180 Ringing'), 'a'),
      ofFork(step.reply('180 Ringing'), 'b'),
      ofFork(step.replyWithMedia('200 OK'), 'a'),
      step.receive('ACK'),
      ofFork(once(toInvite(step.replyWithMedia('200 OK')).replace('[last_To:]', 'To:[$to]')), 'b'),
      step.receive('ACK'),
      step.receive('BYE', lookFor('To', 'fork-b')),
      tagless(step.reply('200 OK')),
      step.receive('BYE', lookFor('To', 'fork-a')),
      tagless(step.reply('200 OK')),
    ])
    assert(outcome.kind === 'answered')
    assert.equal(outcome.dialog.state.remoteTag, 'fork-a')
    await eventually('a BYE for the loser', () => firstLines(sent).some(isBye))
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('that answers after CANCEL is acknowledged and hung up on', async (test) => {
    const { callee, outcome } = await place(
      test,
      [
        take('Via', 'CSeq'),
        step.reply('180 Ringing'),
        step.receive('CANCEL'),
        once(step.reply('200 OK')),
        toInvite(once(step.replyWithMedia('200 OK'))),
        step.receive('ACK'),
        ...hangUp,
      ],
      {},
      { onCall: (call) => call.cancel() },
    )
    assert.equal(outcome.kind, 'canceled')
    await callee.succeeded()
  })

  it('whose CANCEL comes too late for a refusal is refused or canceled, and over', async (test) => {
    const { callee, outcome } = await place(
      test,
      [
        take('Via', 'CSeq'),
        step.reply('180 Ringing'),
        step.receive('CANCEL'),
        once(step.reply('481 Call/Transaction Does Not Exist')),
        toInvite(step.reply('486 Busy Here')),
        step.receive('ACK'),
      ],
      {},
      { onCall: (call) => call.cancel() },
    )
    assert.equal(outcome.kind, 'canceled')
    await callee.succeeded()
  })

  it('that hangs up with a reason tells it', async (test) => {
    const bye = step
      .request('BYE', 1)
      .replace('Max-Forwards', 'Reason: Q.850;cause=16\nMax-Forwards')
    const steps = [
      take('To', 'From'),
      step.replyWithMedia('200 OK'),
      step.receive('ACK'),
      bye,
      expect(200),
    ]
    const { callee, outcome } = await place(test, steps)
    assert(outcome.kind === 'answered')
    assert.deepEqual(await outcome.dialog.ended, { by: 'remote', reason: 'Q.850;cause=16' })
    await callee.succeeded()
  })

  it('that knows no tags is answered and hung up all the same', async (test) => {
    const { callee, outcome } = await place(test, [
      step.receive('INVITE'),
      tagless(step.reply('180 Ringing')),
      tagless(step.replyWithMedia('200 OK')),
      step.receive('ACK'),
      step.goodBye,
      tagless(step.reply('200 OK')),
    ])
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('that asks for a digest, then finds the nonce stale, gets another answer', async (test) => {
    const challenge = (nonce: string, more: string): string[] => [
      step.reply('401 Unauthorized', [
        `WWW-Authenticate: Digest realm="lab", nonce="${nonce}", qop="auth"${more}`,
      ]),
      step.receive('ACK'),
    ]
    const { callee, outcome } = await place(
      test,
      [
        step.receive('INVITE'),
        ...challenge('one', ''),
        step.receive('INVITE', lookFor('Authorization', 'nonce=.one')),
        ...challenge('two', ', stale=true'),
        step.receive('INVITE', lookFor('Authorization', 'nonce=.two')),
        step.reply('486 Busy Here'),
        step.receive('ACK'),
      ],
      {},
      { credentials: { username: 'alice', password: 'secret' } },
    )
    assert.equal(outcome.kind === 'refused' && outcome.status, 486)
    await callee.succeeded()
  })

  it('that moves elsewhere is told, and not followed', async (test) => {
    const moved = step.reply('302 Moved Temporarily', ['Contact: <sip:other@127.0.0.1:9>'])
    const steps = [step.receive('INVITE'), moved.replace(/Contact: <sip:callee[^\n]*\n/, '')]
    const { callee, outcome } = await place(test, [...steps, step.receive('ACK')])
    assert(outcome.kind === 'refused')
    assert.deepEqual([outcome.status, outcome.headers['contact']], [302, '<sip:other@127.0.0.1:9>'])
    await callee.succeeded()
  })

  it('through a proxy sends what follows by the recorded route', async (test) => {
    const route = 'sip:127.0.0.1:[local_port];lr'
    const { callee, outcome } = await place(test, [
      step.receive('INVITE'),
      answerWith([`Record-Route: <${route}>`]),
      step.receive('ACK', lookFor('Route', 'sip:127.0.0.1:[0-9]*;lr')),
      step.receive('BYE', lookFor('Route', 'sip:127.0.0.1:[0-9]*;lr')),
      step.reply('200 OK'),
    ])
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('that offers anew while our offer is under way gets 491, and we our answer', async (test) => {
    const { callee, outcome } = await place(test, [
      take('To', 'From'),
      step.replyWithMedia('200 OK'),
      step.receive('ACK'),
      step.receive('INVITE', `<action>${['Via', 'CSeq'].map(keep).join('')}</action>`),
      once(step.request('INVITE', 1, 'sendonly')),
      expect(491),
      step.request('ACK', 1),
      toInvite(step.replyWithMedia('200 OK'))
        .replace('[last_To:]', 'To:[$to]')
        .replace('[last_From:]', 'From:[$from]'),
      step.receive('ACK'),
      ...hangUp,
    ])
    assert(outcome.kind === 'answered')
    const body = Buffer.concat([OFFER, Buffer.from('a=inactive\r\n')])
    assert.equal((await outcome.dialog.reinvite({ body, contentType: SDP })).kind, 'accepted')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('that must ring reliably is told so, and gets its PRACK', async (test) => {
    const { callee, outcome } = await place(
      test,
      [
        step.receive(
          'INVITE',
          lookFor('Require', '100rel').replace(
            '</action>',
            `${keep('Via')}${keep('CSeq')}</action>`,
          ),
        ),
        step.reply('180 Ringing', ['Require: 100rel', 'RSeq: 7']),
        step.receive('PRACK', lookFor('RAck', '7 [0-9]* INVITE')),
        tagless(once(step.reply('200 OK'))),
        tagless(toInvite(step.replyWithMedia('200 OK'))),
        step.receive('ACK'),
        step.goodBye,
        tagless(step.reply('200 OK')),
      ],
      {},
      { reliableProgress: 'required' },
    )
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('that is asked to transfer agrees, tells its progress, and is done', async (test) => {
    const news = (status: string, cseq: number, state: string): string =>
      once(step.request('NOTIFY', cseq))
        .replace(
          'Max-Forwards',
          `Event: refer\nSubscription-State: ${state}\nContent-Type: message/sipfrag\nMax-Forwards`,
        )
        .replace('\n\n\n]]>', `\n\nSIP/2.0 ${status}\n]]>`)
    const { callee, outcome } = await place(test, [
      take('To', 'From'),
      step.replyWithMedia('200 OK'),
      step.receive('ACK'),
      step.receive('REFER', lookFor('Refer-To', 'sip:agent@127.0.0.1')),
      tagless(once(step.reply('202 Accepted'))),
      news('100 Trying', 1, 'active'),
      expect(200),
      news('200 OK', 2, 'terminated;reason=noresource'),
      expect(200),
      step.goodBye,
      tagless(step.reply('200 OK')),
    ])
    assert(outcome.kind === 'answered')
    const transferred = await outcome.dialog.refer({ uri: 'sip:agent@127.0.0.1' })
    assert.deepEqual(transferred, { kind: 'transferred', status: 200 })
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('gets a key by INFO', async (test) => {
    const { callee, outcome } = await place(test, [
      step.receive('INVITE'),
      step.replyWithMedia('200 OK'),
      step.receive('ACK'),
      step.receive('INFO', lookFor('Content-Type', 'application/dtmf-relay')),
      tagless(step.reply('200 OK')),
      step.goodBye,
      tagless(step.reply('200 OK')),
    ])
    assert(outcome.kind === 'answered')
    assert.equal(await outcome.dialog.sendDigit({ digit: '5', durationMs: 100 }), true)
    await outcome.dialog.bye()
    await callee.succeeded()
  })

  it('tells progress of every kind before it answers', async (test) => {
    const provisional = ['100 Trying', '181 Call Is Being Forwarded', '182 Queued', '183 Progress']
    const { callee, outcome, statuses } = await place(test, [
      step.receive('INVITE'),
      ...provisional.map((status) => step.reply(status)),
      step.replyWithMedia('200 OK'),
      step.receive('ACK'),
      ...hangUp,
    ])
    assert(outcome.kind === 'answered')
    assert.deepEqual(statuses, [100, 181, 182, 183])
    await outcome.dialog.bye()
    await callee.succeeded()
  })
})

describe('SIPp as a registrar', { skip }, () => {
  it('has us registered, and is told when we go', async (test) => {
    const callee = await SippCallee.start([
      step.receive('REGISTER', lookFor('Expires', '600')),
      once(step.reply('200 OK', ['Expires: 600'])),
      step.receive('REGISTER', lookFor('Expires', '0')),
      step.reply('200 OK'),
    ])
    test.after(() => callee.stop())
    const { agent } = await startAgent(test)
    const registrar = { host: '127.0.0.1', port: callee.port }
    const registration = agent.register({ registrar, user: 'alice', expiresSeconds: 600 })
    await eventually('registered', () => registration.state.kind === 'registered')
    await registration.stop()
    await callee.succeeded()
  })

  it('is asked whether it is there', async (test) => {
    const callee = await SippCallee.start([step.receive('OPTIONS'), step.reply('200 OK')])
    test.after(() => callee.stop())
    const { agent } = await startAgent(test)
    const watch = agent.watch({ endpoint: { host: '127.0.0.1', port: callee.port } })
    await eventually('up', () => watch.health === 'up')
    watch.stop()
    await callee.succeeded()
  })
})

function isBye(line: string): boolean {
  return line.startsWith('BYE ')
}
