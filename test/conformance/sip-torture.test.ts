/**
 * The torture messages of RFC 4475 and RFC 5118, each sent to a user agent of its own: does it live,
 * and does it give the class of answer that the RFC asks for? `sip-expected.json` has the answer of the
 * RFC for every file, and ours with its reason where they differ. A surprising pass fails as well.
 */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { UserAgent } from '#sip'
import { eventually, startAgent } from '#test/sip-agents'

interface Expectation {
  /** The status of the answer; `invite`: handed to the user; `silence`: no answer. */
  readonly rfc: string
  readonly ours?: string
  readonly reason?: string
}

const FOLDER = join(import.meta.dirname, '../../../shared/conformance/sip')
const EXPECTED: Record<string, Expectation> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'sip-expected.json'), 'utf8'),
)
const skip = existsSync(FOLDER) ? false : `the torture messages are not at ${FOLDER}`

describe('a torture message', { skip }, () => {
  for (const [file, { rfc, ours }] of Object.entries(EXPECTED)) {
    it(`${file} is answered over UDP with ${ours ?? rfc}`, async (test) => {
      const { agent, answers, invites } = await startListener(test)
      const socket = await openSocket(test)
      socket.send(readFileSync(join(FOLDER, file)), agent.localAddress.port, HOST)
      // What comes after it has been read once the OPTIONS behind it is answered.
      socket.send(optionsFor(agent), agent.localAddress.port, HOST)
      await eventually('200 for OPTIONS', () => answers.some((each) => each.includes(PROBE)))
      const answer = answers.find((each) => !each.includes(PROBE))
      const seen = invites() > 0 ? 'invite' : (answer?.slice(8, 11) ?? 'silence')
      assert.equal(seen, ours ?? rfc, answer ?? 'no answer')
    })

    it(`${file} does no harm over TCP`, async (test) => {
      const { agent, answers } = await startListener(test)
      const { port } = agent.localAddress
      const torture = connect({ host: HOST, port })
      test.after(() => torture.destroy())
      torture.on('error', () => undefined)
      torture.end(readFileSync(join(FOLDER, file)))
      await new Promise((resolve) => torture.resume().once('close', resolve))
      const probe = connect({ host: HOST, port })
      test.after(() => probe.destroy())
      probe.write(optionsFor(agent))
      await eventually('200 for OPTIONS', () => answers.some((each) => each.includes(PROBE)))
    })
  }
})

/** Answers go to the port in Via at the sender's address: nobody else's. */
const HOST = '127.0.77.1'
const SENDER = '127.0.77.9'
const PROBE = 'probe-of-the-torture-test'

async function startListener(
  test: TestContext,
): Promise<{ agent: UserAgent; answers: string[]; invites: () => number }> {
  let invites = 0
  const { agent, sent } = await startAgent(test, {
    bind: { host: HOST, port: 0 },
    onInvite: (call) => {
      invites++
      call.drop()
    },
  })
  return { agent, answers: sent, invites: () => invites }
}

async function openSocket(test: TestContext): Promise<Socket> {
  const socket = createSocket('udp4')
  test.after(() => socket.close())
  await new Promise<void>((resolve) => socket.bind(0, SENDER, resolve))
  return socket
}

function optionsFor(agent: UserAgent): string {
  return [
    `OPTIONS sip:${HOST}:${agent.localAddress.port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${SENDER};branch=z9hG4bKprobe;rport`,
    'From: <sip:probe@invalid>;tag=1',
    'To: <sip:probe@invalid>',
    `Call-ID: ${PROBE}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
