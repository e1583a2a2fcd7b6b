import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { eventually, firstLines, startAgent } from '#test/sip-agents'
import { answer, startCall } from '#test/sip-raw-call'
import { fieldOf } from '#test/sip-raw-peer'
import { formatSessionExpires, parseSessionExpires } from './headers/session-expires.ts'
import type { Dialog } from './index.ts'

const SDP = 'application/sdp'
const SHORT = { sessionTimer: { seconds: 1, minSeconds: 1 } }

describe('Session-Expires', () => {
  it('is read as it was written', () => {
    const seconds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
    const refresher = fc.constantFrom('uac' as const, 'uas' as const)
    fc.assert(
      fc.property(
        fc.record({ seconds, refresher }, { requiredKeys: ['seconds'], noNullPrototype: true }),
        (value) => {
          assert.deepEqual(parseSessionExpires(formatSessionExpires(value)), value)
        },
      ),
    )
  })

  it('may have other parameters, but not other numbers', () => {
    assert.deepEqual(parseSessionExpires('90 ;a=b;Refresher=UAS'), {
      seconds: 90,
      refresher: 'uas',
    })
    assert.throws(() => parseSessionExpires('soon'), { code: 'sip-invalid-header' })
  })
})

describe('a session timer', () => {
  it('is asked for, and asked for again as long as a 422 wants it', async (test) => {
    const { peer, invite, call } = await startCall(test)
    assert.equal(fieldOf(invite, 'Session-Expires'), '1800')
    assert.match(fieldOf(invite, 'Supported'), /\btimer\b/)
    const seen = peer.received.length
    peer.reply(invite, '422 Session Interval Too Small', {
      toTag: 'a',
      headers: ['Min-SE: 3600'],
    })
    const second = await peer.next('INVITE', seen)
    assert.equal(fieldOf(second, 'Session-Expires'), '3600')
    assert.equal(fieldOf(second, 'Min-SE'), '3600')
    assert.equal(fieldOf(second, 'Call-ID'), fieldOf(invite, 'Call-ID'))
    assert.equal(parseInt(fieldOf(second, 'CSeq'), 10), parseInt(fieldOf(invite, 'CSeq'), 10) + 1)
    peer.reply(second, '422 Session Interval Too Small', { toTag: 'b', headers: ['Min-SE: 60'] })
    const outcome = await call.outcome
    assert.equal(outcome.kind === 'refused' && outcome.status, 422)
  })

  it('is refreshed by UPDATE at half of its time', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    const headers = ['Session-Expires: 1;refresher=uac', 'Allow: INVITE, UPDATE']
    answer(peer, invite, { headers })
    const dialog = await answered()
    const first = await peer.next('UPDATE')
    assert.equal(fieldOf(first, 'Session-Expires'), '1;refresher=uac')
    const seen = peer.received.length
    peer.reply(first, '200 OK', { headers: ['Session-Expires: 1;refresher=uac'] })
    peer.reply(await peer.next('UPDATE', seen), '481 Gone')
    await peer.next('BYE')
    assert.deepEqual(await dialog.ended, { by: 'local', reason: 'session expired' })
  })

  it('is refreshed by re-INVITE where the peer knows no UPDATE, with the same offer', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite, { headers: ['Session-Expires: 1;refresher=uac'] })
    await answered()
    const seen = peer.received.length
    const second = await peer.next('INVITE', seen)
    assert.ok(second.endsWith('\r\n\r\nv=0\r\n'))
    assert.equal(fieldOf(second, 'Content-Type'), SDP)
    const acks = peer.received.length
    peer.reply(second, '200 OK', { headers: [`Contact: <sip:new@127.0.0.1:${peer.port}>`] })
    const ack = await peer.next('ACK', acks)
    assert.match(ack, /^ACK sip:new@/)
    assert.equal(parseInt(fieldOf(ack, 'CSeq'), 10), parseInt(fieldOf(second, 'CSeq'), 10))
  })

  it('falls back to re-INVITE where UPDATE is refused with 501', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite, { headers: ['Session-Expires: 1;refresher=uac', 'Allow: UPDATE'] })
    await answered()
    const seen = peer.received.length
    peer.reply(await peer.next('UPDATE'), '501 Not Implemented')
    await peer.next('INVITE', seen)
  })

  it('ends the call where the peer stops refreshing', async (test) => {
    const { peer, invite, answered } = await startCall(test, { agent: SHORT })
    answer(peer, invite, { headers: ['Session-Expires: 1;refresher=uas', 'Require: timer'] })
    const dialog = await answered()
    const refresh = ['Session-Expires: 1;refresher=uac', 'Supported: timer']
    peer.request('UPDATE', invite, { toTag: 'peer', headers: refresh })
    const ok = await peer.next('SIP/2.0 200 OK')
    assert.equal(fieldOf(ok, 'Session-Expires'), '1;refresher=uac')
    assert.equal(fieldOf(ok, 'Require'), 'timer')
    await peer.next('BYE')
    assert.equal((await dialog.ended).reason, 'session expired')
  })

  it('is refused with 422 where the peer wants it shorter than 90 s', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    await answered()
    const headers = ['Session-Expires: 60', 'Supported: timer']
    peer.request('UPDATE', invite, { toTag: 'peer', headers })
    assert.equal(fieldOf(await peer.next('SIP/2.0 422 '), 'Min-SE'), '90')
  })

  it('keeps a call of two user agents alive, and a dead caller is noticed', async (test) => {
    const taken = Promise.withResolvers<Dialog>()
    const callee = await startAgent(test, {
      ...SHORT,
      onInvite: (call) => void call.answer(Buffer.from('v=0\r\n'), SDP).then(taken.resolve),
    })
    const caller = await startAgent(test, SHORT)
    const { agent } = caller
    const trunk = { ...callee.agent.localAddress, transport: 'udp' as const }
    const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
    const body = Buffer.from('v=0\r\n')
    const call = agent.invite(identity, { body, contentType: SDP, ringTimeoutMs: 10_000 })
    assert.equal((await call.outcome).kind, 'answered')
    const updates = (): number =>
      firstLines(caller.sent).filter((line) => line.startsWith('UPDATE')).length
    await eventually('three refreshes', () => updates() >= 3)
    await agent.stop()
    assert.equal((await (await taken.promise).ended).reason, 'session expired')
  })
})

describe('an offer inside a dialog', () => {
  it('is made by re-INVITE, and its answer handed over', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    const dialog = await answered()
    const seen = peer.received.length
    const outcome = dialog.reinvite({ body: Buffer.from('v=hold\r\n'), contentType: SDP })
    const second = await peer.next('INVITE', seen)
    assert.ok(second.endsWith('v=hold\r\n'))
    const contact = `Contact: <sip:peer@127.0.0.1:${peer.port}>`
    const headers = [contact, `Content-Type: ${SDP}`]
    peer.reply(second, '200 OK', { headers, body: 'v=held\r\n' })
    const accepted = await outcome
    assert(accepted.kind === 'accepted')
    assert.equal(Buffer.from(accepted.body).toString(), 'v=held\r\n')
    await peer.next('ACK', seen)
  })

  it('is tried again where both sides offer at once', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    const dialog = await answered()
    const seen = peer.received.length
    const outcome = dialog.reinvite({ body: Buffer.from('v=1\r\n'), contentType: SDP })
    const second = await peer.next('INVITE', seen)
    const body = 'v=2\r\n'
    const headers = [`Content-Type: ${SDP}`]
    peer.request('INVITE', invite, { toTag: 'peer', headers, body }, 5)
    await peer.next('SIP/2.0 491 Request Pending')
    peer.request('UPDATE', invite, { toTag: 'peer', headers, body }, 6)
    await eventually('491 for UPDATE', () =>
      peer.received.some((each) => each.startsWith('SIP/2.0 491') && /CSeq: 6 UPDATE/.test(each)),
    )
    const before = peer.received.length
    const refusedAt = performance.now()
    peer.reply(second, '491 Request Pending')
    const third = await peer.next('INVITE', before)
    // The owner of the Call-ID waits 2.1 to 4 s (RFC 3261 §14.1).
    assert.ok(performance.now() - refusedAt > 2_000)
    peer.reply(third, '488 Not Acceptable Here')
    assert.deepEqual(await outcome, {
      kind: 'refused',
      status: 488,
      reason: 'Not Acceptable Here',
    })
    await peer.next('ACK', before)
  })

  it('ends the call where nobody answers it any more', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    const dialog = await answered()
    assert.deepEqual(await dialog.update(), { kind: 'ended' })
    await peer.next('BYE')
    assert.equal((await dialog.ended).by, 'local')
  })
})
