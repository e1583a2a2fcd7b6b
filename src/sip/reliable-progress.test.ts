import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { eventually, firstLines, startAgent } from '#test/sip-agents'
import { answer, startCall } from '#test/sip-raw-call'
import { fieldOf, RawPeer } from '#test/sip-raw-peer'
import { type RelayedDatagram, type RelayVerdict, UdpRelay } from '#test/udp-relay'
import { formatRAck, parseRAck } from './headers/rack.ts'
import type { IncomingCall } from './index.ts'

const SDP = 'application/sdp'
const EARLY = 'v=early\r\n'

describe('RAck', () => {
  it('is read as it was written', () => {
    const number = fc.integer({ min: 0, max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(number, number, (rseq, cseq) => {
        const rack = { rseq, cseq: { number: cseq, method: 'INVITE' } }
        assert.deepEqual(parseRAck(formatRAck(rack)), rack)
      }),
    )
    assert.throws(() => parseRAck('1 INVITE'), { code: 'sip-invalid-header' })
  })
})

describe('a reliable provisional response', () => {
  it('gets its PRACK in order, once, and may bring the answer', async (test) => {
    const heard: number[] = []
    const { peer, invite, call, answered } = await startCall(test, {
      options: { onProgress: ({ status }) => heard.push(status) },
    })
    assert.match(fieldOf(invite, 'Supported'), /\b100rel\b/)
    const cseq = fieldOf(invite, 'CSeq')
    const ring = (rseq: number, status: string, body = ''): void =>
      peer.reply(invite, status, {
        toTag: 'peer',
        headers: [
          `Contact: <sip:early@127.0.0.1:${peer.port}>`,
          'Require: 100rel',
          `RSeq: ${rseq}`,
          `Content-Type: ${SDP}`,
        ],
        body,
      })
    ring(7, '183 Session Progress', EARLY)
    const first = await peer.next('PRACK')
    assert.match(first, /^PRACK sip:early@/)
    assert.equal(fieldOf(first, 'RAck'), `7 ${cseq}`)
    peer.reply(first, '200 OK')
    ring(9, '180 Ringing')
    ring(7, '183 Session Progress', EARLY)
    const seen = peer.received.length
    ring(8, '182 Queued')
    const second = await peer.next('PRACK', seen)
    assert.equal(fieldOf(second, 'RAck'), `8 ${cseq}`)
    peer.reply(second, '200 OK')
    assert.deepEqual(heard, [183, 182])

    answer(peer, invite)
    const dialog = await answered()
    const outcome = await call.outcome
    assert.equal(outcome.kind === 'answered' && Buffer.from(outcome.body).toString(), EARLY)
    void dialog.bye()
    const bye = await peer.next('BYE')
    assert.equal(Number.parseInt(fieldOf(bye, 'CSeq'), 10), Number.parseInt(cseq, 10) + 3)
    peer.reply(bye, '200 OK')
  })

  it('counts each branch of a fork by itself, and the late loser is hung up', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    for (const toTag of ['one', 'two']) {
      const seen = peer.received.length
      peer.reply(invite, '183 Progress', { toTag, headers: ['Require: 100rel', 'RSeq: 1'] })
      const prack = await peer.next('PRACK', seen)
      assert.match(prack, new RegExp(`\r\nTo: .*;tag=${toTag}\r\n`))
      peer.reply(prack, '200 OK')
    }
    answer(peer, invite, { toTag: 'two' })
    assert.equal((await answered()).state.remoteTag, 'two')
    const seen = peer.received.length
    answer(peer, invite, { toTag: 'one' })
    assert.match(await peer.next('ACK', seen), /;tag=one\r\n/)
    const bye = await peer.next('BYE', seen)
    const cseq = Number.parseInt(fieldOf(invite, 'CSeq'), 10)
    assert.equal(Number.parseInt(fieldOf(bye, 'CSeq'), 10), cseq + 2)
    peer.reply(bye, '200 OK')
  })

  it('may be followed by an offer while it rings', async (test) => {
    const { peer, invite, answered } = await startCall(test, {
      options: {
        onEarlyOffer: ({ body }) => ({
          body: Buffer.from(`${Buffer.from(body).toString()} taken`),
          contentType: SDP,
        }),
      },
    })
    peer.reply(invite, '183 Progress', { toTag: 'peer', headers: ['Require: 100rel', 'RSeq: 1'] })
    peer.reply(await peer.next('PRACK'), '200 OK')
    const headers = [`Content-Type: ${SDP}`]
    peer.request('UPDATE', invite, { toTag: 'peer', headers, body: 'v=2' }, 1)
    assert.ok((await peer.next('SIP/2.0 200 OK')).endsWith('\r\n\r\nv=2 taken'))
    answer(peer, invite)
    assert.equal((await answered()).state.remoteCseq, 1)
  })

  it('is sent where the caller supports it, one after the other, before the answer', async (test) => {
    const callee = await startAgent(test, {
      reliableProgress: true,
      onInvite: (call) => {
        call.ring(183, Buffer.from(EARLY))
        call.ring(180)
        void call.answer(Buffer.from('v=0\r\n'), SDP)
      },
    })
    const { agent, sent } = await startAgent(test)
    const trunk = { ...callee.agent.localAddress, transport: 'udp' as const }
    const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
    const heard: number[] = []
    const call = agent.invite(identity, {
      body: Buffer.from('v=0\r\n'),
      contentType: SDP,
      ringTimeoutMs: 10_000,
      onProgress: ({ status }) => heard.push(status),
    })
    assert.equal((await call.outcome).kind, 'answered')
    assert.deepEqual(heard, [183, 180])
    const methods = firstLines(sent).map((line) => line.split(' ')[0])
    assert.deepEqual([...new Set(methods)], ['INVITE', 'PRACK', 'ACK'])
  })

  it('is repeated until its PRACK comes, and then the call is refused', async (test) => {
    const { agent, sent } = await startAgent(test, { onInvite: (call) => call.ring() })
    const peer = new RawPeer()
    await peer.start(test)
    const { port } = agent.localAddress
    const request = (method: string, cseq: number, headers: readonly string[]): string =>
      [
        `${method} sip:1@127.0.0.1:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK${method}${cseq};rport`,
        'From: <sip:2@invalid>;tag=a',
        ...headers,
        'Call-ID: reliable',
        `CSeq: ${cseq} ${method}`,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n')
    peer.send(request('INVITE', 1, ['To: <sip:1@invalid>', 'Require: 100rel']), port)
    const ringing = await peer.next('SIP/2.0 180 ')
    assert.equal(fieldOf(ringing, 'Require'), '100rel')
    const to = `To: ${fieldOf(ringing, 'To')}`
    const rseq = Number(fieldOf(ringing, 'RSeq'))
    await eventually('a repetition', () => sent.filter((each) => each === ringing).length >= 2)
    peer.send(request('PRACK', 2, [to, 'RAck: nonsense']), port)
    await peer.next('SIP/2.0 400 ')
    peer.send(request('PRACK', 3, [to, `RAck: ${rseq + 1} 1 INVITE`]), port)
    await peer.next('SIP/2.0 481 ')
    await peer.next('SIP/2.0 504 ')
  })

  it('is not sent where another extension is required: 420', async (test) => {
    const { agent } = await startAgent(test, { onInvite: (call: IncomingCall) => call.ring() })
    const peer = new RawPeer()
    await peer.start(test)
    const { port } = agent.localAddress
    const lines = [
      `INVITE sip:1@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bKx;rport`,
      'From: <sip:2@invalid>;tag=a',
      'To: <sip:1@invalid>',
      'Require: 100rel, nothing-known',
      'Call-ID: extension',
      'CSeq: 1 INVITE',
      'Content-Length: 0',
    ]
    peer.send([...lines, '', ''].join('\r\n'), port)
    const refusal = await peer.next('SIP/2.0 420 ')
    assert.equal(fieldOf(refusal, 'Unsupported'), 'nothing-known')
  })

  it('arrives over a network that loses it and its PRACK', async (test) => {
    let lost = 0
    const judge = ({ text }: RelayedDatagram): RelayVerdict => {
      const hit = /^(PRACK |SIP\/2.0 183 )/.test(text) || /CSeq: [0-9]+ PRACK/.test(text)
      return hit && lost++ % 2 === 0 && lost < 8 ? 'drop' : 'pass'
    }
    const callee = await startAgent(test, {
      reliableProgress: true,
      onInvite: (call) => {
        call.ring(183, Buffer.from(EARLY))
        void call.answer(Buffer.from('v=0\r\n'), SDP)
      },
    })
    const { agent } = await startAgent(test)
    const { port: near } = agent.localAddress
    const relay = new UdpRelay(near, callee.agent.localAddress.port, judge)
    await relay.start(test)
    const trunk = { host: '127.0.0.1', port: relay.frontPort, transport: 'udp' as const }
    const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
    let progress = 0
    const call = agent.invite(identity, {
      body: Buffer.from('v=0\r\n'),
      contentType: SDP,
      ringTimeoutMs: 10_000,
      onProgress: ({ status }) => (progress += status === 183 ? 1 : 0),
    })
    assert.equal((await call.outcome).kind, 'answered')
    assert.equal(progress, 1)
    assert.ok(lost >= 4)
  })
})
