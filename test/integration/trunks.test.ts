// What a trunk is, as its far end sees it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { CarrierEvent } from '#carrier'
import type { Trunk } from '#model'
import type { IncomingCall } from '#sip'
import type { CallRecord } from '#store'
import { findProgram } from '#test/program'
import { openServerLab, type ServerLab, type ServerLabOptions } from '#test/server-lab'
import { type AgentSetting, closedPort, type Ending, startAgent } from '#test/sip-agents'
import { CertificateAuthority } from '#test/sip-certificates'
import { fieldOf, RawPeer } from '#test/sip-raw-peer'

const NUMBER = '6175551212'

/** What a whole suite uses and ends. */
const SUITE = {
  ends: [] as (() => unknown)[],
  after(end: () => unknown): void {
    this.ends.push(end)
  },
}
const openssl = findProgram('openssl')

describe('a trunk over TLS', { skip: 'skip' in openssl ? openssl.skip : false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-trunks-'))
  let authority: CertificateAuthority
  before(() => {
    authority = new CertificateAuthority()
  })
  after(() => {
    authority.remove()
    rmSync(folder, { recursive: true })
  })

  it('gets calls as its properties say', async (test) => {
    const own = authority.issue('caller', 'DNS:caller.example')
    const tls = {
      ...{ ca: authority.ca, requireClientCertificate: true },
      ...authority.issue('trunk', 'IP:127.0.0.1'),
    }
    const callee = await startCallee(test, { transports: ['tls'], tls }, (call) => call.refuse(486))
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const lab = await startLab(test, {
      config: () => ({
        trunk: {
          ...{ name: 'tls', ...callee.tlsAddress, transport: 'tls', invalidCallerId: 'decline' },
          tlsCaFile: file('ca.pem', authority.ca),
          tlsCertificateFile: file('own.pem', own.certificate),
          tlsKeyFile: file('own.key', own.key),
          ...{ sessionSeconds: 0, reliableProgress: 'required' },
          ...{ callerId: '6175550100', callerIdFormat: 'e164', assertsIdentity: false },
          ...{ codecs: ['G722', 'PCMU'], srtp: 'sdes' },
          ...{ withholdsCallerId: true, numberFormat: 'national', stripPrefix: '617', prefix: '9' },
        } satisfies Trunk,
      }),
    })
    const callId = await lab.lab.queue(lab.url, NUMBER, { max_retries: '0' })
    await lab.lab.result(callId)
    assert.equal((await lab.call(callId)).outcome, 'busy')
    const [invite = ''] = callee.received
    assert.match(invite, /^INVITE sip:95551212@127\.0\.0\.1:\d+ SIP\/2\.0\r\n/)
    assert.match(fieldOf(invite, 'From'), /^"Anonymous" <sip:anonymous@anonymous\.invalid>/)
    assert.equal(fieldOf(invite, 'Privacy'), 'id')
    assert.match(invite, /\r\nm=audio \d+ RTP\/SAVP 9 0 101\r\n/)
    assert.match(invite, /\r\na=crypto:1 AEAD_AES_128_GCM inline:/)
    assert.equal(fieldOf(invite, 'Require'), '100rel')
    assert.doesNotMatch(invite, /\r\n(P-Asserted-Identity|Session-Expires):/)
  })
})

describe('a trunk that is asked whether it is there', () => {
  it('gets no call until it answers', async (test) => {
    const peer = new RawPeer()
    await peer.start(test)
    const trunk: Trunk = {
      ...{ name: 'pinged', host: '127.0.0.1', port: peer.port, pingSeconds: 1 },
      invalidCallerId: 'decline',
    }
    const { lab, url } = await startLab(test, { config: () => ({ trunk }) })
    const options = await peer.next('OPTIONS')
    const callId = await lab.queue(url, NUMBER)
    peer.reply(options, '503 Service Unavailable', { toTag: 'a' })
    const seen = peer.received.length
    const again = await peer.next('OPTIONS', seen)
    assert.ok(peer.received.every((each) => !each.startsWith('INVITE')))
    peer.reply(again, '200 OK', { toTag: 'a' })
    peer.reply(await peer.next('INVITE'), '486 Busy Here', { toTag: 'b' })
    assert.equal((await lab.result(callId)).get('result'), 'failed')
  })
})

describe('a call', () => {
  let refusing: RawPeer
  let second: Callee
  let lab: ServerLab
  before(async () => {
    refusing = new RawPeer()
    second = await startCallee(SUITE, {}, (call) => call.refuse(486))
    await refusing.start(SUITE)
    const refuses: Trunk = {
      ...{ name: 'first', host: '127.0.0.1', port: refusing.port, priority: 0 },
      invalidCallerId: 'decline',
    }
    const dead = { ...refuses, name: 'dead', port: await closedPort(), priority: 1 }
    const takes = { ...refuses, name: 'second', ...second.address, priority: 2 }
    lab = await openServerLab({
      pages: { '/blind.vxml': BLIND_DOCUMENT },
      config: () => ({ trunk: refuses, ringTimeoutSeconds: 1 }),
      trunks: () => [dead, takes],
    })
  })
  after(async () => {
    await lab.close()
    for (const end of SUITE.ends) await end()
  })

  it('goes to the next trunk where one refuses it and one is not there, in the same attempt', async () => {
    const { call, invite } = await place((invite) => refusing.reply(invite, '503 No', TAG))
    assert.equal(second.received.length > 0, true)
    const [attempt, ...more] = call.attempts
    assert.equal(more.length, 0)
    assert.equal(attempt?.trunk, 'second')
    assert.equal(attempt.outcome, 'busy')
    const causes = attempt.failovers.map(({ trunk, cause }) => [trunk, cause])
    assert.deepEqual(causes, [
      ['first', '503 No'],
      ['dead', 'ECONNREFUSED'],
    ])
    assert.equal(attempt.failovers[0]?.sipCallId, fieldOf(invite, 'Call-ID'))
    assert.notEqual(fieldOf(second.received[0] ?? '', 'Call-ID'), fieldOf(invite, 'Call-ID'))

    const { entries } = await lab.trace(call.callId)
    const told = entries.flatMap((entry) => {
      if (entry.kind === 'write') return [entry.detail ?? entry.state]
      return entry.kind === 'sip' ? [entry.text.split(' ', 2).join(' ').split(' sip:')[0]] : []
    })
    assert.deepEqual(told, [
      ...['dialing', 'INVITE', 'SIP/2.0 503', 'ACK', 'by trunk dead, since first failed'],
      ...['INVITE', 'by trunk second, since dead failed', 'INVITE', 'SIP/2.0 486', 'ACK'],
      ...['ended', 'result'],
    ])
  })

  const stays: readonly (readonly [string, string, (invite: string) => unknown])[] = [
    ['says 100 and then nothing', 'no-answer', (invite) => answerCancel(invite, '100 Trying')],
    ['says 100 and then 503', 'congestion', (invite) => refuseAfter(invite, '100 Trying')],
    ['rings and then says 500', 'congestion', (invite) => refuseAfter(invite, '180 Ringing')],
    ['says that the callee is busy', 'busy', (invite) => refusing.reply(invite, '486 Busy', TAG)],
    ['says 504', 'congestion', (invite) => refusing.reply(invite, '504 Time-out', TAG)],
  ]
  for (const [what, outcome, behave] of stays) {
    it(`goes nowhere else where the trunk ${what}`, async () => {
      const before = second.received.length
      const { call } = await place(behave)
      assert.equal(call.outcome, outcome)
      assert.equal(call.attempts[0]?.trunk, 'first')
      assert.deepEqual(second.received.slice(before), [])
    })
  }

  it('is hung up where it is answered with a codec that was not offered', async () => {
    const { call } = await place(async (invite) => {
      const seen = refusing.received.length
      answer(invite, 18)
      await refusing.next('ACK', seen)
      refusing.reply(await refusing.next('BYE', seen), '200 OK')
    })
    assert.equal(call.outcome, 'answered')
    assert.match(call.cause ?? '', /^no media: /)
    assert.equal(call.attempts.length, 1)
  })

  it('is handed over by REFER where its far end takes that', async () => {
    const document = '/blind.vxml'
    const { call } = await place(async (invite) => {
      const seen = refusing.received.length
      answer(invite, 0)
      const refer = await refusing.next('REFER', seen)
      assert.equal(fieldOf(refer, 'Refer-To'), `<sip:+16175550199@127.0.0.1:${refusing.port}>`)
      refusing.reply(refer, '202 Accepted')
      const headers = ['Event: refer', 'Subscription-State: terminated;reason=noresource']
      const type = 'Content-Type: message/sipfrag'
      const news = { ...TAG, headers: [...headers, type], body: 'SIP/2.0 200 OK\r\n' }
      refusing.request('NOTIFY', invite, news)
      refusing.reply(await refusing.next('BYE', seen), '200 OK')
    }, document)
    assert.equal(call.exitValue, JSON.stringify('connection.disconnect.transfer'))
    assert.equal(call.outcome, 'answered')
  })

  it('goes past a trunk that has asked for a rest', async () => {
    const rest = { ...TAG, headers: ['Retry-After: 120 (overload)'] }
    await place((invite) => refusing.reply(invite, '503 Service Unavailable', rest))
    const seen = refusing.received.length
    const callId = await lab.lab.queue(lab.url, NUMBER, { max_retries: '0' })
    await lab.lab.result(callId)
    assert.equal((await lab.call(callId)).attempts[0]?.trunk, 'second')
    const invites = refusing.received.slice(seen).filter((each) => each.startsWith('INVITE'))
    assert.deepEqual(invites, [])
  })

  /** Queues one call, has the first trunk behave so, and waits for the call's end. */
  async function place(
    behave: (invite: string) => unknown,
    document = '/start.vxml',
  ): Promise<{ call: CallRecord; invite: string }> {
    const seen = refusing.received.length
    const fields = { max_retries: '0', start_url: lab.lab.web.url(document) }
    const callId = await lab.lab.queue(lab.url, NUMBER, fields)
    const invite = await refusing.next('INVITE', seen)
    await behave(invite)
    await lab.lab.result(callId)
    return { call: await lab.call(callId), invite }
  }

  function answer(invite: string, payloadType: number): void {
    const contact = `Contact: <sip:peer@127.0.0.1:${refusing.port}>`
    const headers = [contact, 'Content-Type: application/sdp']
    const session = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0']
    const body = [...session, `m=audio 4000 RTP/AVP ${payloadType}`, ''].join('\r\n')
    refusing.reply(invite, '200 OK', { ...TAG, headers, body })
  }

  async function answerCancel(invite: string, provisional: string): Promise<void> {
    refusing.reply(invite, provisional)
    refusing.reply(await refusing.next('CANCEL'), '200 OK', TAG)
    refusing.reply(invite, '487 Request Terminated', TAG)
  }

  function refuseAfter(invite: string, provisional: string): void {
    refusing.reply(invite, provisional, provisional.startsWith('100') ? {} : TAG)
    refusing.reply(invite, '503 No', TAG)
  }
})

const TAG = { toTag: 'a' }

const BLIND_DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form>
  <transfer name="t" dest="6175550199" type="blind"/>
  <catch event="connection error"><exit expr="_event"/></catch>
</form></vxml>`

describe('the extension after an answer', () => {
  it('is heard at the far end, sent as each trunk takes keys', async (test) => {
    const manners = ['rfc4733', 'info', 'inband'] as const
    let trunks: Trunk[] = []
    // Two lines are taken when the third call comes, so that each trunk gets one of them.
    const { lab, url } = await startLab(test, {
      pages: { '/silent.vxml': SILENT_DOCUMENT },
      config: (lab) => {
        trunks = manners.map((keys, at) => ({
          ...{ ...lab.trunk, name: keys, lines: 1, priority: at },
          ...{ keys, prefix: String(at), srtp: keys === 'inband' ? 'sdes' : 'off' },
          codecs: ({ rfc4733: ['OPUS'], info: ['G722'], inband: ['PCMA', 'PCMU'] } as const)[keys],
        }))
        return { trunk: trunks[0] as Trunk }
      },
      trunks: () => trunks.slice(1),
    })
    const fields = { start_url: lab.web.url('/silent.vxml'), max_retries: '0' }
    const numbers = ['6175551200', '6175551201', '6175551202']
    const queue = (number: string): Promise<number> =>
      lab.queue(url, `${number};postd=w4p2#`, fields)
    const callIds = await Promise.all(numbers.map(queue))
    await Promise.all(callIds.map((callId) => lab.result(callId)))
    await lab.carrierShows((calls) => calls.every(({ endedAt }) => endedAt !== undefined))
    for (const [at, keys] of manners.entries()) {
      const call = lab.carrier.calls.find(({ number }) => number.startsWith(`${at}+1`))
      assert(call !== undefined, `a call over ${keys}`)
      assert.equal(call.digitsHeard, '42#', keys)
      const isSent = ({ kind, callId, ...event }: CarrierEvent): boolean =>
        kind === 'request' && callId === call.callId && 'method' in event && event.method === 'INFO'
      assert.equal(lab.events.filter(isSent).length, keys === 'info' ? 3 : 0)
      assert.equal(call.heardMs > 0, keys === 'inband', `${keys}: heard ${call.heardMs} ms`)
    }
  })
})

const SILENT_DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form><block><exit/></block></form></vxml>`

interface Callee {
  readonly address: { readonly host: string; readonly port: number }
  readonly tlsAddress: { readonly host: string; readonly port: number }
  readonly received: string[]
}

async function startCallee(
  test: Ending,
  setting: AgentSetting,
  onInvite: (call: IncomingCall) => unknown,
): Promise<Callee> {
  const { agent, received } = await startAgent(test, { ...setting, onInvite })
  return { address: agent.localAddress, tlsAddress: agent.localTlsAddress, received }
}

async function startLab(test: TestContext, options: ServerLabOptions): Promise<ServerLab> {
  const lab = await openServerLab(options)
  test.after(() => lab.close())
  return lab
}
