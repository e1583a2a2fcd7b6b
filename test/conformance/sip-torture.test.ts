/**
 * The torture messages of RFC 4475 and RFC 5118, each sent to a user agent of its own over UDP, TCP and
 * TLS: does it live, and does it give the class of answer that the RFC asks for? `sip-expected.json` has
 * the answer of the RFC for every file, and ours with its reason where they differ; `stream` where the
 * RFC asks for something else on a connection. A surprising pass fails as well.
 */
import assert from 'node:assert/strict'
import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { VirtualClock } from '#base'
import type { UserAgent } from '#sip'
import { findProgram } from '#test/program'
import { eventually, startAgent } from '#test/sip-agents'
import { type Certificate, CertificateAuthority } from '#test/sip-certificates'

interface Expectation {
  /** The status of the answer; `invite`: handed to the user; `silence`: no answer. */
  readonly rfc: string
  readonly ours?: string
  readonly reason?: string
  /** What the copy of the file lacks at its end. */
  readonly missing?: string
  /** In place of `rfc` and `ours` on a connection. */
  readonly stream?: StreamExpectation
}

interface StreamExpectation {
  readonly rfc: string
  /** Whether the connection is closed, `at once` or in the time that a message has to end. */
  readonly closes?: 'at once' | 'in time'
  readonly reason: string
}

const FOLDER = join(import.meta.dirname, '../../../shared/conformance/sip')
const EXPECTED: Record<string, Expectation> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'sip-expected.json'), 'utf8'),
)
const skip = existsSync(FOLDER) ? false : `the torture messages are not at ${FOLDER}`

describe('a torture message over UDP', { skip }, () => {
  for (const [file, { rfc, ours }] of Object.entries(EXPECTED)) {
    it(`${file} is answered with ${ours ?? rfc}`, async (test) => {
      const { agent, answers, invites } = await startListener(test)
      const socket = await openSocket(test)
      socket.send(readMessage(file), agent.localAddress.port, HOST)
      // What comes after it has been read once the OPTIONS behind it is answered.
      socket.send(optionsFor(agent), agent.localAddress.port, HOST)
      await eventually('200 for OPTIONS', () => answers.some((each) => each.includes(PROBE)))
      const answer = answers.find((each) => !each.includes(PROBE))
      const seen = invites() > 0 ? 'invite' : (answer?.slice(8, 11) ?? 'silence')
      assert.equal(seen, ours ?? rfc, answer ?? 'no answer')
    })
  }
})

for (const transport of ['tcp', 'tls'] as const) {
  const openssl = transport === 'tls' ? findProgram('openssl') : { path: '' }
  const missing = 'skip' in openssl ? openssl.skip : skip

  describe(`a torture message over ${transport.toUpperCase()}`, { skip: missing }, () => {
    let authority: CertificateAuthority | undefined
    let own: Certificate | undefined
    before(() => {
      if (transport === 'tcp') return
      authority = new CertificateAuthority()
      own = authority.issue('listener', `IP:${HOST}`)
    })
    after(() => authority?.remove())

    for (const [file, { rfc, ours, stream }] of Object.entries(EXPECTED)) {
      const { rfc: expected, closes } = stream ?? { rfc: ours ?? rfc }
      it(`${file} is answered with ${expected}`, async (test) => {
        const clock = new VirtualClock()
        const { agent, invites } = await startListener(test, { clock, ...(own && { tls: own }) })
        const dial = (): Socket =>
          own === undefined
            ? connect({ host: HOST, port: agent.localAddress.port })
            : connectTls({ host: HOST, port: agent.localTlsAddress.port, ca: authority!.ca })
        const torture = Buffer.concat([readMessage(file), optionsFor(agent)])
        const talk = new Conversation(test, dial(), torture)
        await eventually(closes === undefined ? '200 for OPTIONS' : 'the end', () => {
          if (closes === 'in time') void clock.advance(1_000)
          return closes === undefined ? talk.isProbed : talk.isClosed
        })
        const answer = talk.answers.find((each) => !each.includes(PROBE))
        const seen = invites() > 0 ? 'invite' : (answer?.slice(8, 11) ?? 'silence')
        assert.equal(seen, expected, answer ?? 'no answer')
        assert.equal(talk.isProbed, closes === undefined)
        const next = new Conversation(test, dial(), optionsFor(agent, 2))
        await eventually('200 for another OPTIONS', () => next.isProbed)
      })
    }
  })
}

function readMessage(file: string): Buffer {
  const missing = EXPECTED[file]?.missing ?? ''
  return Buffer.concat([readFileSync(join(FOLDER, file)), Buffer.from(missing)])
}

/** Answers over UDP go to the port in Via at the sender's address: nobody else's. */
const HOST = '127.0.77.1'
const SENDER = '127.0.77.9'
const PROBE = 'probe-of-the-torture-test'

async function startListener(
  test: TestContext,
  { tls, ...setting }: { clock?: VirtualClock; tls?: Certificate } = {},
): Promise<{ agent: UserAgent; answers: string[]; invites: () => number }> {
  let invites = 0
  const { agent, sent } = await startAgent(test, {
    bind: { host: HOST, port: 0 },
    transports: tls === undefined ? ['udp', 'tcp'] : ['tls'],
    ...(tls === undefined ? {} : { tls }),
    ...setting,
    onInvite: (call) => {
      invites++
      call.drop()
    },
  })
  return { agent, answers: sent, invites: () => invites }
}

async function openSocket(test: TestContext): Promise<DatagramSocket> {
  const socket = createSocket('udp4')
  test.after(() => socket.close())
  await new Promise<void>((resolve) => socket.bind(0, SENDER, resolve))
  return socket
}

/** What is said to a connection at once, and what comes back. */
class Conversation {
  isClosed = false
  #text = ''

  constructor(test: TestContext, socket: Socket, bytes: Uint8Array) {
    test.after(() => socket.destroy())
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.once('close', () => {
      this.isClosed = true
    })
    socket.write(bytes)
  }

  get answers(): string[] {
    return this.#text.split(/(?=^SIP\/2\.0 )/m).filter((each) => each !== '')
  }

  get isProbed(): boolean {
    return this.answers.some((each) => each.startsWith('SIP/2.0 200 ') && each.includes(PROBE))
  }
}

/** `cseq`: another one is another request. */
function optionsFor(agent: UserAgent, cseq = 1): Buffer {
  const lines = [
    `OPTIONS sip:${HOST}:${agent.localAddress.port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${SENDER};branch=z9hG4bKprobe${cseq};rport`,
    'From: <sip:probe@invalid>;tag=1',
    'To: <sip:probe@invalid>',
    `Call-ID: ${PROBE}`,
    `CSeq: ${cseq} OPTIONS`,
    'Content-Length: 0',
  ]
  return Buffer.from([...lines, '', ''].join('\r\n'))
}
