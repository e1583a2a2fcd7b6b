// What `outdial trace` and /v1/calls/ID/trace tell of a call, compared with what the far end sent and got.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { LAB_LOGIN } from '#test/lab'
import { runOutdial } from '#test/outdial-command'
import { findProgram } from '#test/program'
import { RtpPeer } from '#test/rtp-peer'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { RawPeer } from '#test/sip-raw-peer'
import { until } from '#test/until'

const OTHER = { login: 'other', pin: '1357' }
const KEYS = '7391'
const PASSWORD = 'canary-password'
const RINGS_MS = 100
const TEXT = { encoding: 'utf8' } as const
const FIELDS = ['_ws.col.Protocol', 'udp.srcport', 'sip.Method', 'sip.Status-Code', 'rtp.seq']
const CHECKSUMS = ['ip.checksum.status', 'udp.checksum.status']

const FAREWELL = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form><block><prompt>Good bye.</prompt><exit expr="session.connection.aai"/></block></form>
</vxml>`

const PIN_DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form id="ask">
    <field name="secret" type="digits?length=4">
      <prompt>Key in your number.</prompt>
      <filled>
        <log label="keyed"><value expr="secret"/></log>
        <prompt>You keyed <value expr="secret"/>.</prompt>
        <submit next="/next.vxml" namelist="secret" method="get"/>
      </filled>
    </field>
  </form>
</vxml>`

// biome-ignore lint/suspicious/noExplicitAny: what comes is looked at field by field
type Json = any

/** An answer of the JSON interface. */
async function get(
  url: string,
  path: string,
  { login, pin } = LAB_LOGIN,
): Promise<{ status: number; body: Json }> {
  const authorization = `Basic ${Buffer.from(`${login}:${pin}`).toString('base64')}`
  const response = await fetch(`${url}${path}`, { headers: { authorization } })
  return { status: response.status, body: await response.json() }
}

/** The trace of a call once all of it is there: it is written just after the call's ending. */
async function traceOf(url: string, callId: number): Promise<Json> {
  let body: Json
  await until(async () => {
    const answer = await get(url, `/v1/calls/${callId}/trace`)
    assert.equal(answer.status, 200)
    body = answer.body
    const kinds = (body.attempts.at(-1)?.entries ?? []).map(({ kind }: Json) => kind)
    const isKept = body.attempts.every(({ completeness }: Json) => completeness === 'kept')
    return body.state === 'ended' && isKept && kinds.includes('post')
  })
  return body
}

function stepsOf({ entries }: Json): string[] {
  return entries
    .filter(({ kind }: Json) => kind === 'dialogue')
    .map(({ step, text }: Json) => `${step} ${text}`)
}

/** The messages of an attempt as `→ INVITE`, `← 200`. */
function ladderOf({ entries }: Json): string[] {
  return entries
    .filter(({ kind }: Json) => kind === 'sip')
    .map(({ direction, text }: Json) => {
      const [, word = '', status] = /^(\S+) (\S+)/.exec(text) ?? []
      return `${direction === 'out' ? '→' : '←'} ${word === 'SIP/2.0' ? status : word}`
    })
}

describe('the trace of a call to a far end that says just so much', () => {
  const sip = new RawPeer()
  const ends: (() => void)[] = []
  let rtp: RtpPeer
  let lab: ServerLab
  let sent = { packets: 0, lost: 0 }
  before(async () => {
    await sip.start({ after: (end: () => void) => void ends.push(end) })
    rtp = await RtpPeer.open()
    lab = await openServerLab({
      pages: { '/start.vxml': FAREWELL },
      config: ({ trunk }) => ({ trunk: { ...trunk, port: sip.port }, trace: 'packets' }),
    })
  })
  after(async () => {
    await lab.close()
    for (const end of ends) end()
  })

  it('has its ladder in order, and counts the packets that it counts', async () => {
    const beganMs = performance.now()
    const callId = await lab.lab.queue(lab.url, '16177128100')
    const invite = await sip.next('INVITE')
    const invitedMs = performance.now()
    sip.reply(invite, '100 Trying')
    sip.reply(invite, '180 Ringing', { toTag: 'far' })
    const ringing = (await get(lab.url, `/v1/calls/${callId}/trace`)).body.attempts
    assert.deepEqual(
      ringing.map((one: Json) => [one.completeness, one.entries[0].state]),
      [['in-progress', 'dialing']],
    )
    await wait(RINGS_MS)
    const rangMs = performance.now() - invitedMs
    sip.reply(invite, '200 OK', {
      toTag: 'far',
      headers: [
        ...[`Contact: <sip:far@127.0.0.1:${sip.port}>`, 'Content-Type: application/sdp'],
        'User-to-User: 044F4B;encoding=hex',
      ],
      body: sdpOf(rtp),
    })
    await sip.next('ACK')
    sent = sendWithLoss(rtp, mediaPortOf(invite))
    const bye = await sip.next('BYE')
    sip.reply(bye, '200 OK')
    const trace = await traceOf(lab.url, callId)
    const lastedMs = performance.now() - beganMs

    const [attempt] = trace.attempts
    assert.deepEqual(ladderOf(attempt), [
      ...['→ INVITE', '← 100', '← 180', '← 200', '→ ACK', '→ BYE', '← 200'],
    ])
    assert.equal(attempt.entries.find(({ kind }: Json) => kind === 'sip').text, invite)
    const at = attempt.entries.map(({ at_ms: atMs }: Json) => atMs)
    assert.deepEqual(
      at,
      at.toSorted((one: number, other: number) => one - other),
    )
    const [left, , , came] = attempt.entries
      .filter(({ kind }: Json) => kind === 'sip')
      .map(({ at_ms: atMs }: Json) => atMs)
    assert.ok(at[0] === 0 && came - left >= rangMs - 1 && at.at(-1) < lastedMs, `${at}`)

    const { exitValue } = await lab.call(callId)
    assert.equal(exitValue, '"OK"', 'what the answer told is `session.connection.aai`')

    const { media } = attempt
    assert.equal(media.packets_sent, rtp.received.length)
    assert.equal(media.packets_received, sent.packets)
    assert.equal(media.packets_lost, sent.lost)
    assert.ok(media.mos < 4, `${media.mos}`)
  })

  it('has what was stored, in its order', async () => {
    const [{ attempts }] = [await traceOf(lab.url, 1)]
    const writes = attempts[0].entries.filter(({ kind }: Json) => kind === 'write')
    const states = writes.map(({ state }: Json) => state)
    assert.deepEqual(states, ['dialing', 'ringing', 'answered', 'ended', 'result'])
    assert.ok(writes.slice(0, 4).every(({ took_ms: tookMs }: Json) => tookMs > 0))
    const { http_status: httpStatus } = attempts[0].entries.at(-1)
    assert.equal(httpStatus, 200)
  })

  it('is a file that Wireshark reads: its SIP, and its audio packet by packet', async (test) => {
    const tshark = findProgram('tshark')
    if ('skip' in tshark) return test.skip(tshark.skip)
    const file = join(lab.lab.folder, 'call.pcap')
    const words = ['trace', '1', '--pcap', file]
    const env = { DATABASE_URL: lab.databaseUrl }
    const { stdout, stderr } = await runOutdial(words, { cwd: lab.lab.folder, env })
    assert.match(stdout, /call.pcap has 7 SIP messages, and RTP and RTCP\.\n$/, stderr)
    const authorization = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`
    const reply = await fetch(`${lab.url}/v1/calls/1/pcap`, { headers: { authorization } })
    assert.equal(reply.headers.get('content-type'), 'application/vnd.tcpdump.pcap')
    assert.deepEqual(Buffer.from(await reply.arrayBuffer()), readFileSync(file))
    const packets = readByWireshark(tshark.path, file)
    assert.deepEqual(
      packets.filter(({ protocol }) => protocol.startsWith('SIP')).map(({ what }) => what),
      ['INVITE', '100', '180', '200', 'ACK', 'BYE', '200'],
    )
    const [ours, theirs] = [true, false].map((own) =>
      packets.filter(({ protocol, from }) => {
        return protocol === 'RTP' && (from !== String(rtp.address.port)) === own
      }),
    )
    assert.equal(ours?.length, rtp.received.length)
    const sequences = rtp.received.map(({ sequence }) => String(sequence))
    assert.deepEqual(
      ours?.map(({ what }) => what),
      sequences,
    )
    assert.equal(theirs?.length, sent.packets)
    assert.ok(packets.some(({ protocol }) => protocol === 'RTCP'))
    assert.deepEqual(new Set(packets.map(({ checksums }) => checksums)), new Set(['good good']))
  })
})

describe('the trace of a call through the carrier', () => {
  let lab: ServerLab
  before(async () => {
    lab = await openServerLab({
      pages: { '/pin.vxml': PIN_DOCUMENT, '/next.vxml': FAREWELL },
      script: {
        '16177128200': { answerAfterMs: 100, press: KEYS, pressAfter: 300, challenge: true },
        '16177128201': { refusals: 1, status: 486, answerAfterMs: 50, press: '7', pressAfter: 400 },
      },
      credentials: { username: 'canary', password: PASSWORD },
      config: ({ trunk }) => ({
        trunk: { ...trunk, username: 'canary', password: PASSWORD, srtp: 'sdes' },
        trace: 'packets',
        retryIntervalScale: 0.001,
      }),
    })
  })
  after(() => lab.close())

  it('tells what was said and visited, and nothing of what was keyed', async () => {
    const fields = { start_url: lab.lab.web.url('/pin.vxml') }
    const callId = await lab.lab.queue(lab.url, '16177128200', fields)
    const trace = await traceOf(lab.url, callId)
    const [{ entries }] = trace.attempts
    assert.deepEqual(
      stepsOf(trace.attempts[0]).filter((step: string) => !step.startsWith('listening')),
      [
        'fetch POST',
        'visit initialize <form id="ask">',
        'visit select <field name="secret">',
        'said “Key in your number.”',
        'heard dtmf, 4 keys, confidence 1',
        'visit execute <filled>',
        'log keyed',
        'fetch GET',
        'visit initialize <form>',
        'visit select <block>',
        'said “You keyed ••••.”',
        'said “Good bye.”',
        'end exit',
      ],
    )
    const [next] = lab.lab.web.requestsFor('/next.vxml')
    assert.match(next?.url ?? '', /secret=7391/, 'the keys did come')
    const text = JSON.stringify(trace)
    const messages = entries.map(({ text: message = '' }: Json) => message).join('\n')
    assert.match(messages, /^a=crypto:\d \S+ inline:x+\r$/m)
    assert.match(messages, /^(Proxy-)?Authorization: Digest username="canary".*response="x{32}"/m)
    assert.doesNotMatch(text, RegExp(`${PASSWORD}|[^0-9a-f.]${KEYS}[^0-9a-f]`))
  })

  it('is a file with audio that Wireshark can play, though it was encrypted', async (test) => {
    const tshark = findProgram('tshark')
    if ('skip' in tshark) return test.skip(tshark.skip)
    const file = join(lab.lab.folder, 'srtp.pcap')
    const env = { DATABASE_URL: lab.databaseUrl }
    await runOutdial(['trace', '1', '--pcap', file], { cwd: lab.lab.folder, env })
    const { attempts } = await traceOf(lab.url, 1)
    const packets = readByWireshark(tshark.path, file)
    const { packets_sent: sent, packets_received: received } = attempts[0].media
    const kinds = Object.groupBy(packets, ({ protocol }) => protocol)
    assert.ok(kinds['RTP EVENT'], 'the keys')
    assert.equal((kinds['RTP'] ?? []).length + kinds['RTP EVENT'].length, sent + received)
    const elsewhere = ['trace', '1', '--pcap', join(lab.lab.folder, 'none', 'x.pcap')]
    const failed = await runOutdial(elsewhere, { cwd: lab.lab.folder, env })
    assert.match(failed.stderr, /^outdial: The packets cannot be written .*\[pcap-not-written\]\n$/)
    assert.equal(failed.status, 1)
  })

  it('has every attempt of a call that was tried again', async () => {
    const callId = await lab.lab.queue(lab.url, '16177128201', { max_retries: '1' })
    const { attempts, outcome } = await traceOf(lab.url, callId)
    assert.equal(outcome, 'answered')
    assert.deepEqual(
      attempts.map((one: Json) => [one.attempt, one.outcome, one.completeness]),
      [
        [1, 'busy', 'kept'],
        [2, 'answered', 'kept'],
      ],
    )
    assert.deepEqual(ladderOf(attempts[0]), ['→ INVITE', '← 180', '← 486', '→ ACK'])
    const [ended] = attempts[0].entries.filter(({ state }: Json) => state === 'ended')
    assert.equal(ended.detail, 'the call is queued again')
    assert.ok(attempts[0].began_at < attempts[1].began_at)
    assert.deepEqual(stepsOf(attempts[1]).slice(-3), [
      ...['heard dtmf, 1 key, confidence 1', 'visit execute <filled>', 'end exit'],
    ])
    const posts = attempts.map(
      ({ entries }: Json) => entries.filter(({ kind }: Json) => kind === 'post').length,
    )
    assert.deepEqual(posts, [0, 1])
  })

  it('is a page on the command line; a call that was never dialled is told so', async () => {
    const env = { DATABASE_URL: lab.databaseUrl }
    const page = await runOutdial(['trace', '1'], { cwd: lab.lab.folder, env })
    assert.equal(page.status, 0, page.stderr)
    assert.match(page.stdout, /^Call 1 to \+16177128200, campaign “default”, is ended: answered/)
    assert.match(page.stdout, / SIP +─ INVITE \(SDP\) ─+▶ 127\.0\.0\.1:\d+ udp\n/)
    assert.match(page.stdout, / SIP +◀─ 407 Proxy Authentication Required \(INVITE\) ─* /)
    assert.match(page.stdout, /\nMOS 4\.\d\d heard here.*: .*E-model \(ITU-T G\.107\)/)
    await lab.db.execute(`INSERT INTO do_not_call (account_id, destination) VALUES (1, $1)`, [
      '+16177128202',
    ])
    const callId = await lab.lab.queue(lab.url, '16177128202')
    await lab.lab.result(callId)
    const none = await runOutdial(['trace', String(callId)], { cwd: lab.lab.folder, env })
    assert.match(none.stdout, /\nIt was never dialled; `outdial why \d+` says why\.\n$/)
    const unknown = await runOutdial(['trace', '999'], { cwd: lab.lab.folder, env })
    assert.deepEqual([unknown.status, unknown.stdout], [1, ''])
    assert.match(unknown.stderr, /\[call-not-found\]/)
  })

  it('does not exist for another account', async () => {
    const env = { DATABASE_URL: lab.databaseUrl }
    const words = ['account', 'add', OTHER.login, OTHER.pin]
    assert.equal((await runOutdial(words, { cwd: lab.lab.folder, env })).status, 0)
    const { status, body } = await get(lab.url, '/v1/calls/1/trace', OTHER)
    assert.deepEqual([status, body.code], [404, 'call-not-found'])
  })

  it('goes when its call goes', async () => {
    await lab.db.execute(`UPDATE calls SET ended_at = now() - interval '91 days' WHERE call_id = 1`)
    await lab.server.parts.sweeper.tidyOnce()
    const traces = await lab.db.query(`SELECT call_id FROM call_traces WHERE call_id = 1`)
    assert.deepEqual(traces, [])
  })
})

interface WiresharkPacket {
  readonly protocol: string
  readonly from: string
  /** The method, the status, or the RTP sequence number. */
  readonly what: string
  readonly checksums: string
}

/** A capture file as Wireshark's own reader takes it apart. */
function readByWireshark(tshark: string, file: string): WiresharkPacket[] {
  const check = ['ip', 'udp'].flatMap((layer) => ['-o', `${layer}.check_checksum:TRUE`])
  const fields = [...FIELDS, ...CHECKSUMS].flatMap((field) => ['-e', field])
  const words = ['-r', file, ...check, '-T', 'fields', ...fields]
  const { status, stdout, stderr } = spawnSync(tshark, words, TEXT)
  assert.equal(status, 0, stderr)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [protocol = '', from = '', method = '', code = '', sequence = '', ip, udp] =
        line.split('\t')
      const checksums = [ip, udp].map((state) => (state === '1' ? 'good' : 'bad')).join(' ')
      return { protocol, from, what: method || code || sequence, checksums }
    })
}

function sdpOf({ address }: RtpPeer): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${address.port} RTP/AVP 0`,
    '',
  ].join('\r\n')
}

function mediaPortOf(invite: string): number {
  return Number(/^m=audio (\d+)/m.exec(invite)?.[1])
}

/** Silence, every fifth packet of which never leaves. */
function sendWithLoss(rtp: RtpPeer, port: number): { packets: number; lost: number } {
  const to = { host: '127.0.0.1', port }
  const sequences = Array.from({ length: 50 }, (_, n) => n).filter((n) => n % 5 !== 3)
  for (const sequence of sequences) {
    const header = { marker: sequence === 0, payloadType: 0, ssrc: 77 }
    const payload = new Uint8Array(160).fill(0xff)
    rtp.send({ ...header, sequence, timestamp: 160 * sequence, payload }, to)
  }
  return { packets: sequences.length, lost: 50 - sequences.length }
}
