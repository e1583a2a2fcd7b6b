// Who is slow or says too much on a connection is cut off, and others are answered all the while.
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { VirtualClock } from '#base'
import type { UserAgent } from '#sip'
import { findProgram } from '#test/program'
import { eventually, startAgent } from '#test/sip-agents'
import { type Certificate, CertificateAuthority } from '#test/sip-certificates'

const HOST = '127.0.0.1'
const OPTIONS = [
  'OPTIONS sip:a SIP/2.0',
  'Via: SIP/2.0/TCP h;branch=z9hG4bK1',
  ...['From: <sip:a@h>;tag=1', 'To: <sip:b@h>', 'Call-ID: c', 'CSeq: 1 OPTIONS'],
].join('\r\n')

/** What a sender says at first, and then in each second, for ever; undefined: it is cut off at once. */
const SENDERS: readonly (readonly [string, string, string | undefined])[] = [
  ['says nothing', '', ''],
  ['says an octet in a second', 'O', 'P'],
  ['never ends its head', `${OPTIONS}\r\n`, 'X: y\r\n'],
  ['never ends its body', `${OPTIONS}\r\nContent-Length: 9999\r\n\r\n`, 'x'],
  ['announces too long a body', `${OPTIONS}\r\nContent-Length: 65536\r\n\r\n`, undefined],
  ['has too long a head', `${OPTIONS}\r\nX: ${'y'.repeat(70_000)}`, undefined],
]

for (const transport of ['tcp', 'tls'] as const) {
  const openssl = transport === 'tls' ? findProgram('openssl') : { path: '' }
  const skip = 'skip' in openssl ? openssl.skip : false

  describe(`over ${transport.toUpperCase()} a sender is cut off that`, { skip }, () => {
    let authority: CertificateAuthority | undefined
    let own: Certificate | undefined
    before(() => {
      if (transport === 'tcp') return
      authority = new CertificateAuthority()
      own = authority.issue('listener', `IP:${HOST}`)
    })
    after(() => authority?.remove())

    for (const [what, first, then] of SENDERS) {
      it(what, async (test) => {
        const clock = new VirtualClock()
        const { agent } = await startAgent(test, {
          clock,
          transports: [transport],
          ...(own === undefined ? {} : { tls: own }),
        })
        const slow = dial(test, agent)
        slow.socket.write(first)
        await eventually('the connection', () => clock.pendingTimers === 1 || slow.isClosed)
        for (let second = 0; then !== undefined && second < 29; second++) {
          slow.socket.write(then)
          await clock.advance(1_000)
        }
        const other = dial(test, agent)
        other.socket.write(`${OPTIONS}\r\nContent-Length: 0\r\n\r\n`)
        await eventually('200', () => other.text.startsWith('SIP/2.0 200'))
        if (then !== undefined) {
          assert.equal(slow.isClosed, false, 'it has 30 s')
          await clock.advance(1_000)
        }
        await eventually('the end', () => slow.isClosed)
        assert.equal(slow.text, '')
      })
    }

    function dial(test: TestContext, agent: UserAgent): Heard {
      const socket =
        own === undefined
          ? connect({ host: HOST, port: agent.localAddress.port })
          : connectTls({ host: HOST, port: agent.localTlsAddress.port, ca: authority!.ca })
      test.after(() => socket.destroy())
      return listen(socket)
    }
  })
}

interface Heard {
  readonly socket: Socket
  text: string
  isClosed: boolean
}

function listen(socket: Socket): Heard {
  const heard: Heard = { socket, text: '', isClosed: false }
  socket.on('data', (chunk) => {
    heard.text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.once('close', () => {
    heard.isClosed = true
  })
  return heard
}
