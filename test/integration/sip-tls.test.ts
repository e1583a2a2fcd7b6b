// Calls over TLS: who may be called, who may call, and what is said where somebody may not.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { connect, createServer } from 'node:tls'
import type { Dialog, InviteOutcome, Target, TlsSetting, UserAgent } from '#sip'
import { findProgram } from '#test/program'
import { startAgent } from '#test/sip-agents'
import { type Certificate, CertificateAuthority } from '#test/sip-certificates'

const program = findProgram('openssl')
const skip = 'skip' in program ? program.skip : false
const SDP = 'application/sdp'
const BODY = Buffer.from('v=0\r\n')
const LOOPBACK = { host: '127.0.0.1', transport: 'tls' } as const

describe('a call over TLS', { skip }, () => {
  let authority: CertificateAuthority
  let shown: Certificate
  before(() => {
    authority = new CertificateAuthority()
    shown = authority.issue('trunk', 'DNS:trunk.example,URI:sip:domain.example')
  })
  after(() => authority?.remove())

  it('is placed by who has no certificate, and hung up by the callee on the same connection', async (test) => {
    const callee = await startCallee(test, shown)
    const { outcome, sent } = await place(test, callee.agent, { ca: authority.ca })
    assert(outcome.kind === 'answered')
    assert.match(sent[0] ?? '', /\r\nVia: SIP\/2\.0\/TLS 127\.0\.0\.1;branch=/)
    await (await callee.dialog).bye()
    assert.deepEqual(await outcome.dialog.ended, { by: 'remote', reason: 'BYE' })
  })

  it('is hung up by the caller', async (test) => {
    const callee = await startCallee(test, shown)
    const setting = { ca: authority.ca, ...authority.issue('caller', 'IP:127.0.0.1') }
    const { outcome } = await place(test, callee.agent, setting)
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    assert.equal((await (await callee.dialog).ended).by, 'remote')
  })

  it('takes the sip: URI of a certificate for its domain', async (test) => {
    const callee = await startCallee(test, shown)
    const { outcome } = await place(test, callee.agent, { ca: authority.ca }, 'domain.example')
    assert.equal(outcome.kind, 'answered')
  })

  it('is not placed where the certificate is for another name', async (test) => {
    const callee = await startCallee(test, shown)
    const { outcome } = await place(test, callee.agent, { ca: authority.ca }, 'other.example')
    assert.deepEqual(outcome, { kind: 'unreachable', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    assert.deepEqual(callee.received, [])
  })

  it('is not placed where nobody known vouches for the callee', async (test) => {
    const callee = await startCallee(test, shown)
    const { outcome } = await place(test, callee.agent, {})
    assert.equal(outcome.kind, 'unreachable')
    assert.deepEqual(callee.received, [])
  })

  it('is judged by the profile of its own trunk, whatever connection another has there', async (test) => {
    const callee = await startCallee(test, shown)
    const stranger = new CertificateAuthority()
    test.after(() => stranger.remove())
    const { agent } = await startAgent(test, {
      transports: ['tls'],
      tlsProfiles: { known: { ca: authority.ca }, strange: { ca: stranger.ca } },
    })
    const outcomes: string[] = []
    for (const tlsProfile of ['known', 'strange']) {
      const where = { ...callee.agent.localTlsAddress, transport: 'tls' as const }
      const trunk = { ...where, serverName: 'trunk.example', tlsProfile }
      const identity = agent.prepareInvite({ trunk, destination: '1' })
      const body = { body: BODY, contentType: SDP, ringTimeoutMs: 10_000 }
      outcomes.push((await agent.invite(identity, body).outcome).kind)
    }
    assert.deepEqual(outcomes, ['answered', 'unreachable'])
  })

  it('needs a certificate where the callee asks for one', async (test) => {
    const setting = { ...shown, ca: authority.ca, requireClientCertificate: true }
    const callee = await startCallee(test, setting)
    const without = await place(test, callee.agent, { ca: authority.ca })
    assert.notEqual(without.outcome.kind, 'answered')
    assert.deepEqual(callee.received, [])
    const own = { ca: authority.ca, ...authority.issue('caller', 'IP:127.0.0.1') }
    assert.equal((await place(test, callee.agent, own)).outcome.kind, 'answered')
  })

  for (const method of ['INVITE', 'REGISTER']) {
    it(`tells in ${method} where its own connection is, as nobody can open another`, async (test) => {
      const received = Promise.withResolvers<{ text: string; port: number | undefined }>()
      const server = createServer({ cert: shown.certificate, key: shown.key }, (socket) =>
        socket.on('data', (chunk) => {
          received.resolve({ text: String(chunk), port: socket.remotePort })
          socket.destroy()
        }),
      )
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { agent } = await startAgent(test, { transports: ['tls'], tls: { ca: authority.ca } })
      test.after(() => server.close())
      const { port } = server.address() as AddressInfo
      const trunk = { ...LOOPBACK, port, serverName: 'trunk.example' }
      if (method === 'REGISTER') agent.register({ registrar: trunk, user: '1' })
      else {
        await agent.reach(trunk)
        const body = { body: BODY, contentType: SDP, ringTimeoutMs: 10_000 }
        agent.invite(agent.prepareInvite({ trunk, destination: '1' }), body)
      }
      const { text, port: from } = await received.promise
      assert.match(text, new RegExp(`^${method} `))
      assert.match(text, new RegExp(`\r\nContact: <sip:(1@)?127.0.0.1:${from};transport=tls>\r\n`))
    })
  }

  it('is not taken below version 1.2', async (test) => {
    const { agent } = await startCallee(test, shown)
    const { host, port } = agent.localTlsAddress
    const old = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const
    const socket = connect({ host, port, rejectUnauthorized: false, ...old })
    test.after(() => socket.destroy())
    const [error] = await once(socket, 'error')
    assert.match(String(error), /alert|version|protocol/i)
  })
})

describe('a request too large for a datagram', () => {
  for (const method of ['cancel', 'bye'] as const) {
    it(`goes over TCP, and so does what belongs to it: ${method}`, async (test) => {
      const callee = await startAgent(test, {
        onInvite: (call) => (method === 'bye' ? void call.answer(BODY, SDP) : call.ring()),
      })
      const caller = await startAgent(test)
      const trunk = { ...callee.agent.localAddress, transport: 'udp' as const }
      const call = callLarge(caller.agent, trunk, () => method === 'cancel' && call.cancel())
      const outcome = await call.outcome
      assert.equal(outcome.kind, method === 'bye' ? 'answered' : 'canceled')
      assert.match(callee.received[0] ?? '', /\r\nVia: SIP\/2\.0\/TCP /)
      if (outcome.kind === 'answered') await outcome.dialog.bye()
    })
  }

  it('goes over UDP after all where nobody takes TCP', async (test) => {
    const callee = await startAgent(test, {
      transports: ['udp'],
      onInvite: (call) => call.refuse(486),
    })
    const { agent } = await startAgent(test)
    const trunk = { ...callee.agent.localAddress, transport: 'udp' as const }
    const outcome = await callLarge(agent, trunk, () => undefined).outcome
    assert.equal(outcome.kind === 'refused' && outcome.status, 486)
    assert.match(callee.received[0] ?? '', /\r\nVia: SIP\/2\.0\/UDP /)
  })
})

function callLarge(
  agent: UserAgent,
  trunk: Target,
  onRinging: () => unknown,
): ReturnType<UserAgent['invite']> {
  const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
  return agent.invite(identity, {
    body: Buffer.concat([BODY, Buffer.alloc(1_300, 'a')]),
    contentType: SDP,
    ringTimeoutMs: 10_000,
    onProgress: ({ status }) => status === 180 && onRinging(),
  })
}

async function startCallee(
  test: TestContext,
  tls: TlsSetting,
): Promise<{ agent: UserAgent; received: string[]; dialog: Promise<Dialog> }> {
  const answered = Promise.withResolvers<Dialog>()
  const { agent, received } = await startAgent(test, {
    transports: ['tls'],
    tls,
    onInvite: (call) => void call.answer(BODY, SDP).then(answered.resolve, () => undefined),
  })
  return { agent, received, dialog: answered.promise }
}

async function place(
  test: TestContext,
  callee: UserAgent,
  tls: TlsSetting,
  serverName = 'trunk.example',
): Promise<{ outcome: InviteOutcome; sent: string[] }> {
  const { agent, sent } = await startAgent(test, { transports: ['udp', 'tls'], tls })
  const trunk = { ...callee.localTlsAddress, transport: 'tls' as const, serverName }
  const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
  const call = agent.invite(identity, { body: BODY, contentType: SDP, ringTimeoutMs: 10_000 })
  return { outcome: await call.outcome, sent }
}
