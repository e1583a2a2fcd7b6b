// What strangers send, damaged: nothing of it may throw, hang, or stay in memory.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, type Random, silentLogger, VirtualClock } from '#base'
import { type Attack, describeFuzzing } from '#test/fuzz'
import { answerChallenge, challengesOf } from './digest.ts'
import { DigestGuard } from './digest-guard.ts'
import { parseDtmfRelay } from './dtmf-relay.ts'
import { parseAuthentication } from './headers/authentication.ts'
import { formatNameAddress, parseNameAddress } from './headers/name-address.ts'
import { parseRAck, parseRSeq } from './headers/rack.ts'
import { formatReason, parseReasons } from './headers/reason.ts'
import { parseMinSe, parseSessionExpires } from './headers/session-expires.ts'
import { formatVia, parseVia } from './headers/via.ts'
import { callIdOf, maskSecrets } from './index.ts'
import { formatMessage, parseMessage } from './message.ts'
import { SipParseError } from './parse-error.ts'
import { checkRequest, checkResponse } from './request-check.ts'
import { StreamFramer } from './transport/stream-framer.ts'
import type { DatagramTransport, TransportHandlers } from './transport/transport.ts'
import { formatUri, parseUri } from './uri.ts'
import { UserAgent } from './user-agent.ts'

const SDP = [
  ...['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'],
  ...['m=audio 4000 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000', ''],
].join('\r\n')

const REQUESTS = [
  'INVITE',
  'OPTIONS',
  'BYE',
  'CANCEL',
  'ACK',
  'INFO',
  'UPDATE',
  'PRACK',
  'NOTIFY',
].map((method) =>
  message(`${method} sip:user@192.0.2.7;transport=udp SIP/2.0`, [
    'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa1;rport, SIP/2.0/TCP b.example;branch=z9hG4bKb',
    'Max-Forwards: 70',
    'Record-Route: <sip:p1.example;lr>, <sip:[2001:db8::1]:5062;lr>',
    'From: "A \\" <x>" <sip:a@example.com;user=phone>;tag=f1',
    'To: <sip:user@192.0.2.7>',
    'Call-ID: call@example.com',
    `CSeq: 7 ${method}`,
    'Contact: <sip:a@192.0.2.1:5060>;expires=60',
    'Supported: 100rel, timer',
    'Session-Expires: 1800;refresher=uac',
    'Min-SE: 90',
    'RAck: 1 7 INVITE',
    'Reason: Q.850;cause=16;text="Normal, clearing"',
    'Authorization: Digest username="u", realm="r", nonce="n", uri="sip:r", response="0", qop=auth, nc=00000001, cnonce="c"',
    'Content-Type: application/sdp',
  ]),
)

/** What the far end of a call of ours may say; `{…}` becomes what belongs to the call. */
const CONVERSATIONS = [
  ['180 Ringing', '200 OK', 'BYE'],
  ['183 Session Progress', '200 OK', 'INVITE', 'ACK', 'INFO', 'UPDATE', 'BYE'],
  ['100 Trying', '407 Proxy Authentication Required'],
  ['422 Session Interval Too Small', '302 Moved Temporarily'],
  ['199 Early Dialog Terminated', 'UPDATE', 'PRACK', 'CANCEL', '486 Busy Here'],
].map((lines) => lines.map(said).join('\0\0'))

function said(what: string): string {
  const isResponse = /^\d/.test(what)
  const headers = [
    isResponse ? 'Via: {via}' : `Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK${what}`,
    isResponse ? 'From: {from}' : 'From: {to};tag=far',
    isResponse ? 'To: {to};tag=far' : 'To: {from}',
    'Call-ID: {callId}',
    isResponse ? 'CSeq: {cseq}' : `CSeq: 9 ${what}`,
    'Contact: <sip:far@192.0.2.1:5070;transport=udp>',
    'Require: 100rel',
    'RSeq: 77',
    'Session-Expires: 90;refresher=uas',
    'Min-SE: 300',
    'Proxy-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth,auth-int", stale=true',
    `Content-Type: ${what === 'INFO' ? 'application/dtmf-relay' : 'application/sdp'}`,
  ]
  const start = isResponse ? `SIP/2.0 ${what}` : `${what} sip:near@192.0.2.7 SIP/2.0`
  return message(start, headers, what === 'INFO' ? 'Signal=5\r\nDuration=160\r\n' : SDP)
}

function message(start: string, headers: readonly string[], body = SDP): string {
  return [start, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n')
}

const TORTURE = join(import.meta.dirname, '../../../shared/conformance/sip')
const TORTURE_MESSAGES = (existsSync(TORTURE) ? globSync('**/*', { cwd: TORTURE }) : [])
  .map((name) => join(TORTURE, name))
  .filter((path) => statSync(path).isFile())
  .toSorted()
  .map((path) => readFileSync(path))

const WORDS = [
  ...[
    'Via: ',
    'v: ',
    'From: ',
    'To: ',
    'CSeq: ',
    'Content-Length: ',
    'l: ',
    'Route: ',
    'Contact: *',
  ],
  ...[
    'SIP/2.0',
    'SIP/2.0/UDP ',
    'sip:',
    'sips:',
    'tel:',
    ';tag=',
    ';branch=z9hG4bK',
    ';lr',
    ';rport',
  ],
  ...[
    'INVITE',
    'ACK',
    'CANCEL',
    'Digest ',
    'realm="',
    'nonce=',
    'algorithm=MD5-sess',
    ';received=::1',
  ],
  ...[
    'multipart/mixed;boundary=x',
    '100rel',
    '__proto__',
    'constructor',
    '\\"',
    '<<',
    '>>',
    '{via}',
  ],
]

const TEXTS = {
  uri: [
    'sip:a:b@h:5060;p=v;lr?x=y',
    'sips:%61@[::1]:5',
    'tel:+1-617',
    '"A" <sip:a@h;x>;tag=1;q="\\""',
  ],
  via: [
    'SIP / 2.0 / UDP h:5060 ;ttl=1;received=192.0.2.1',
    'SIP/2.0/TLS [::1];branch=z9hG4bK.x;rport=5',
  ],
  digest: [
    'Digest realm="a, \\"b\\"", nonce="n", opaque="", qop="auth,auth-int", algorithm=SHA-512-256-sess, stale=TRUE',
    'DIGEST realm=r ,nonce = "x",algorithm="MD5"',
    'Digest username="u", realm="r", nonce="n", uri="sip:a", response="00", cnonce="c", nc=00000001, qop=auth',
  ],
  other: [
    'Q.850 ;cause=16 ;text="a;b", SIP;cause=200',
    '1 2 INVITE',
    '1800;refresher=uac;x=y',
    'Signal= *\r\nDuration = 160\r\n',
    message('INFO sip:a SIP/2.0', ['Call-ID: c', 'Authorization: Digest response="a"']),
  ],
}

describeFuzzing('sip', [
  {
    name: 'sip-message',
    corpus: [...REQUESTS, ...TORTURE_MESSAGES],
    words: WORDS,
    executions: 500,
    start: () => (input) => {
      const parsed = attempt(() => parseMessage(input))
      if (parsed === undefined) return
      if (parsed.kind === 'request') checkRequest(parsed)
      else checkResponse(parsed)
      for (const [name] of parsed.headers) parsed.headers.list(name)
      maskSecrets(Buffer.from(input).toString('latin1'))
      callIdOf(input)
      // What can be written is read as the same.
      const written = attempt(() => formatMessage(parsed), 'sip-unsafe-value')
      const again = written && attempt(() => parseMessage(written))
      if (again !== undefined)
        assert.deepEqual([...again.headers.list('To')], parsed.headers.list('To'))
    },
  },
  {
    name: 'sip-agent',
    corpus: [...REQUESTS, ...TORTURE_MESSAGES],
    words: WORDS,
    executions: 200,
    start: async (random) => {
      const { clock, hear } = await startAgent(random)
      let count = 0
      return async (input) => {
        hear(input)
        // Transactions end, and with them all that a message has left behind.
        if (++count % 32 === 0) await clock.advance(120_000)
      }
    },
  },
  { name: 'sip-call', corpus: CONVERSATIONS, words: WORDS, executions: 80, start: startCalls },
  {
    name: 'sip-stream',
    corpus: [...REQUESTS.map((each) => `\r\n\r\n${each}${REQUESTS[1]}`), ...TORTURE_MESSAGES],
    words: WORDS,
    executions: 200,
    start: (random) => (input) => {
      const framer = new StreamFramer()
      for (let at = 0; at < input.length; ) {
        const end = at + 1 + ((random.bytes(1)[0] ?? 0) << 4)
        for (const framed of framer.push(input.subarray(at, end))) {
          if ('bytes' in framed) attempt(() => parseMessage(framed.bytes))
        }
        at = end
      }
    },
  },
  {
    name: 'sip-uri',
    corpus: [...TEXTS.uri, ...TEXTS.via],
    words: WORDS,
    executions: 800,
    start: () => (input) => {
      const text = Buffer.from(input).toString('latin1')
      const uri = attempt(() => parseUri(text))
      if (uri !== undefined) assert.deepEqual(parseUri(formatUri(uri)), uri)
      const address = attempt(() => parseNameAddress(text, 'To'))
      if (address !== undefined) attempt(() => parseNameAddress(formatNameAddress(address), 'To'))
      const via = attempt(() => parseVia(text))
      if (via !== undefined) assert.deepEqual(parseVia(formatVia(via)), via)
    },
  },
  { name: 'sip-digest', corpus: TEXTS.digest, words: WORDS, executions: 300, start: startDigest },
  {
    name: 'sip-header',
    corpus: TEXTS.other,
    words: WORDS,
    executions: 800,
    start: () => (input) => {
      const text = Buffer.from(input).toString('latin1')
      for (const reason of parseReasons(text)) attempt(() => formatReason(reason))
      for (const parse of [parseRSeq, parseRAck, parseSessionExpires, parseMinSe]) {
        attempt(() => parse(text))
      }
      parseDtmfRelay({ body: input, contentType: 'application/dtmf-relay' })
      parseDtmfRelay({ body: input, contentType: 'application/dtmf' })
      parseDtmfRelay({ body: input, contentType: text })
      maskSecrets(text)
      callIdOf(input)
    },
  },
])

/** The result; undefined where the parser says in its own way that it cannot be. */
function attempt<Result>(run: () => Result, code?: string): Result | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    if (code !== undefined && error instanceof Error && 'code' in error && error.code === code) {
      return undefined
    }
    throw error
  }
}

interface Listening {
  readonly agent: UserAgent
  readonly clock: VirtualClock
  readonly sent: string[]
  /** Throws where a handler of the agent has thrown. */
  hear(input: Uint8Array): void
}

/** A user agent without a network that takes calls in turn in all ways that there are. */
async function startAgent(random: Random): Promise<Listening> {
  const clock = new VirtualClock()
  const sent: string[] = []
  const faults: unknown[] = []
  let handlers: TransportHandlers | undefined
  let calls = 0
  const agent = new UserAgent({
    ...{ clock, random, log: logOf(faults), bind: { host: '192.0.2.7', port: 5060 } },
    ...{ transports: ['udp'], userAgentName: 'fuzz' },
    openUdp: (options) => {
      handlers = options.handlers
      return deaf((bytes) => sent.push(Buffer.from(bytes).toString('latin1')))
    },
    onInvite: (call) => {
      const how = calls++ % 4
      if (how === 0) return call.refuse(486)
      call.ring()
      if (how === 1) void call.answer(Buffer.from(SDP), 'application/sdp').catch(() => undefined)
      if (how === 2) call.drop()
      if (how === 3) clock.setTimer(60_000, () => call.refuse(480))
    },
  })
  await agent.start()
  const hear = (input: Uint8Array): void => {
    const remote = { host: '192.0.2.1', port: 5060 }
    handlers?.onBytes(input, { transport: 'udp', remote, reply: () => undefined })
    assert.deepEqual(faults, [])
  }
  return { agent, clock, sent, hear }
}

function deaf(onSent: (bytes: Uint8Array) => void): DatagramTransport {
  return { port: 5060, start: async () => undefined, stop: () => undefined, send: onSent }
}

/** What an error is logged for was thrown by a handler. */
function logOf(faults: unknown[]): Logger {
  return {
    ...silentLogger,
    error: (event, fields) => {
      faults.push([event, fields])
    },
  }
}

/** Calls out, whose far end says what it should not. */
async function startCalls(random: Random): Promise<Attack> {
  const { agent, clock, sent, hear } = await startAgent(random)
  const trunk = {
    host: '192.0.2.1',
    port: 5060,
    transport: 'udp',
    username: 'u',
    password: 'p',
  } as const
  return async (input) => {
    sent.length = 0
    const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
    const content = { body: Buffer.from(SDP), contentType: 'application/sdp' }
    const call = agent.invite(identity, { ...content, ringTimeoutMs: 60_000 })
    const dialog = call.outcome.then((outcome) => {
      if (outcome.kind !== 'answered') return undefined
      const description = { body: outcome.body, contentType: 'application/sdp' }
      outcome.dialog.onReinvite = () => description
      outcome.dialog.onInfo = () => undefined
      return outcome.dialog
    })
    for (const piece of Buffer.from(input).toString('latin1').split('\0\0')) {
      hear(Buffer.from(filled(piece, sent[sent.length - 1] ?? ''), 'latin1'))
      await clock.advance(10)
    }
    call.cancel()
    await clock.advance(200_000)
    void (await dialog)?.bye()
    await clock.advance(40_000)
    hear(new Uint8Array())
    assert(clock.pendingTimers < 10, `${clock.pendingTimers} timers are left`)
  }
}

/** With the fields of a message that was sent. */
function filled(piece: string, message: string): string {
  const field = (name: string): string =>
    new RegExp(`^${name}: (.*)\r$`, 'm').exec(message)?.[1] ?? ''
  return piece
    .replaceAll('{via}', field('Via'))
    .replaceAll('{from}', field('From'))
    .replaceAll('{to}', field('To'))
    .replaceAll('{callId}', field('Call-ID'))
    .replaceAll('{cseq}', field('CSeq'))
}

function startDigest(random: Random): Attack {
  const credentials = { username: 'ü"\\', password: 'p' }
  const clock = new VirtualClock()
  const guard = new DigestGuard({ realm: 'r', username: 'u', password: 'p', clock, random })
  return (input) => {
    const value = Buffer.from(input)
      .toString('latin1')
      .replace(/[\r\n\0]/g, ' ')
    const text = message('SIP/2.0 401 Unauthorized', [`WWW-Authenticate: ${value}`])
    const response = attempt(() => parseMessage(Buffer.from(text, 'latin1')))
    if (response?.kind !== 'response') return
    for (const challenge of challengesOf(response)) {
      const asked = { method: 'INVITE', uri: 'sip:a', body: input, credentials }
      const answer = answerChallenge(challenge, { ...asked, cnonce: 'c', nonceCount: 1 })
      assert.equal(parseAuthentication(answer, 'Authorization').scheme, 'digest')
    }
    const request = message('INVITE sip:a SIP/2.0', [`Authorization: ${value}`])
    const parsed = attempt(() => parseMessage(Buffer.from(request, 'latin1')))
    if (parsed?.kind === 'request') attempt(() => guard.challenge(parsed))
  }
}
