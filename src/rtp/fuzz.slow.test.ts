// What comes from the network beside the signalling, and the SDP within it, damaged.
import assert from 'node:assert/strict'
import { loadOpus, OpusEncoder } from '#audio'
import { OutdialError, type Random, seededRandom } from '#base'
import { type Attack, describeFuzzing } from '#test/fuzz'
import { formatRtpPacket, parseRtpPacket, RtpHeader, readRtpHeader } from './packet.ts'
import {
  MAX_REPORT_BYTES,
  type ReportBlock,
  type RtcpListener,
  readRtcp,
  writeRtcp,
} from './rtcp/rtcp-packet.ts'
import { createAnswer, createOffer, type LocalMedia, parseAnswer } from './sdp/negotiation.ts'
import { formatSdp, parseSdp } from './sdp/session-description.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { srtpKeys } from './srtp/srtp-key.ts'
import { SrtpStream } from './srtp/srtp-stream.ts'
import { TelephoneEventReceiver } from './telephone-event.ts'

const KEYS = srtpKeys('sdes', seededRandom('keys'))
const LOCAL: LocalMedia = { address: { host: '192.0.2.7', port: 4000 }, sessionId: 1, srtp: KEYS }
const CLEAR: LocalMedia = {
  ...{ address: LOCAL.address, sessionId: 1 },
  codecs: ['G722', 'OPUS', 'PCMU', 'PCMA'],
}
const OFFERS = [createOffer(CLEAR), createOffer(LOCAL)]

const DESCRIPTIONS = [
  ...OFFERS,
  [
    ...[
      'v=0',
      'o=- 3 4 IN IP6 2001:db8::1',
      's=-',
      'i=x',
      'c=IN IP6 2001:db8::1',
      'b=AS:80',
      't=0 0',
    ],
    ...[
      'a=sendonly',
      'm=video 0 RTP/AVP 31',
      'm=audio 4002/1 RTP/AVP 96 0 8 101',
      'c=IN IP4 0.0.0.0',
    ],
    ...['a=rtpmap:96 opus/48000/2', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15'],
    ...[
      'a=ptime:20',
      'a=maxptime:60',
      'a=rtcp:4005 IN IP4 192.0.2.1',
      'a=rtcp-mux',
      'a=inactive',
      '',
    ],
  ].join('\r\n'),
]

const SDP_WORDS = [
  ...[
    'm=audio 4000 RTP/AVP 0\r\n',
    'm=audio 0 RTP/SAVP 8\r\n',
    'a=rtpmap:',
    'a=crypto:1 ',
    'inline:',
  ],
  ...[
    'AES_CM_128_HMAC_SHA1_32',
    'AEAD_AES_128_GCM',
    '|2^20|1:4',
    'c=IN IP4 ',
    'c=IN IP6 ::\r\n',
    'IN IP4',
  ],
  ...[
    'telephone-event/8000',
    'PCMU/8000',
    'a=ptime:0\r\n',
    'a=rtcp:1\r\n',
    '224.2.1.1/127',
    'a=fmtp:96 useinbandfec=1;cbr=1',
    'maxaveragebitrate=',
    '__proto__',
  ],
]

const PACKETS = [
  formatRtpPacket({ ...packet(0, 7), payload: new Uint8Array(160).fill(0xff) }),
  formatRtpPacket({ ...packet(101, 8), marker: true, payload: Uint8Array.of(5, 10, 0, 160) }),
  formatRtpPacket({ ...packet(101, 9), payload: Uint8Array.of(5, 0x8a, 1, 64, 6, 10, 0, 80) }),
  Uint8Array.of(
    0x91,
    0,
    0,
    9,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    5,
    0,
    0,
    0,
    1,
    0,
    1,
    0,
    1,
    9,
    9,
    9,
    9,
    0xff,
    0x7f,
  ),
  Uint8Array.of(0xa0, 13, 0, 9, 0, 0, 0, 1, 0, 0, 0, 5, 60, 0, 0, 3),
]

function packet(payloadType: number, sequence: number) {
  return { marker: false, payloadType, sequence, timestamp: sequence * 160, ssrc: 5 }
}

const BLOCK: ReportBlock = {
  ...{ ssrc: 5, fractionLost: 64, packetsLost: -3, extendedSequence: 0x1_ffff, jitter: 80 },
  ...{ lastSenderReport: 0x1234_5678, delaySinceLastSenderReport: 65_536 },
}
const SENDER = { wallMs: 1e12, timestamp: 160, packets: 7, octets: 1120 }
const REPORTS = [
  { sender: SENDER, block: BLOCK, bye: true },
  { block: BLOCK, bye: false },
  { bye: true },
].map((report) => {
  const bytes = new Uint8Array(MAX_REPORT_BYTES)
  return bytes.slice(0, writeRtcp(bytes, { ssrc: 6, cname: 'abcdefghijklmnop', ...report }))
})

await loadOpus()
const OPUS_PACKETS = await encoded([10, 20, 60])

describeFuzzing('rtp', [
  {
    name: 'sdp',
    corpus: DESCRIPTIONS,
    words: SDP_WORDS,
    executions: 800,
    start: () => describeAndAnswer,
  },
  {
    name: 'rtp',
    corpus: PACKETS,
    executions: 2000,
    start: () => readPacket,
  },
  { name: 'rtcp', corpus: REPORTS, executions: 2000, start: () => listenToReports },
  { name: 'telephone-event', corpus: keySequences(), executions: 400, start: () => pressKeys },
  { name: 'srtp', corpus: [...PACKETS, ...REPORTS], executions: 500, start: openSealed },
  { name: 'opus', corpus: OPUS_PACKETS, executions: 300, start: startOpus },
  { name: 'media-thread', corpus: [...PACKETS, ...REPORTS], executions: 300, start: startMedia },
])

function describeAndAnswer(input: Uint8Array): void {
  const read = attempt(() => parseSdp(input))
  if (read === undefined) return
  const written = attempt(() => formatSdp(read))
  if (written !== undefined) assert.deepEqual(parseSdp(written), read)
  for (const offer of OFFERS) attempt(() => parseAnswer(input, offer))
  for (const local of [LOCAL, CLEAR]) {
    const answer = attempt(() => createAnswer(input, local))
    // What is answered is an answer, of as many streams.
    if (answer !== undefined) assert.equal(parseSdp(answer.sdp).media.length, read.media.length)
  }
}

function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof OutdialError && error.code.startsWith('sdp-')) return undefined
    throw error
  }
}

function readPacket(input: Uint8Array): void {
  const header = new RtpHeader()
  if (readRtpHeader(input, input.length, header)) {
    const { payloadStart, payloadEnd } = header
    assert(payloadStart <= payloadEnd && payloadEnd <= input.length, 'the payload is inside')
  }
  const read = parseRtpPacket(input)
  if (read === undefined) return
  const again = parseRtpPacket(formatRtpPacket(read))
  assert.deepEqual(again, { ...read, payload: read.payload.slice() })
}

function listenToReports(input: Uint8Array): void {
  const [told, ...others] = [0, 0xff].map((rest) => reportsBefore(rest, input))
  for (const other of others) assert.deepEqual(told, other, 'what is behind it is not read')
}

/** What is told of a compound at the beginning of a longer buffer. */
function reportsBefore(rest: number, input: Uint8Array): number[] {
  const told: number[] = []
  const listener: RtcpListener = {
    onSenderReport: (ssrc, middle) => told.push(ssrc, middle),
    onReportBlock: (block) => told.push(...Object.values(block)),
    onBye: (ssrc) => told.push(ssrc),
  }
  const room = new Uint8Array(input.length + 1024).fill(rest)
  room.set(input)
  const whole = readRtcp(room, input.length, listener)
  assert(whole || told.length === 0, 'nothing is told of what is refused')
  return told
}

/** Payloads one after the other, each with its length and the timestamp before it. */
function keySequences(): Uint8Array[] {
  const payload = (timestamp: number, ...bytes: number[]): number[] => [
    bytes.length,
    ...[24, 16, 8, 0].map((shift) => (timestamp >> shift) & 0xff),
    ...bytes,
  ]
  const press = [0, 1, 2, 3].flatMap((n) => payload(1000, 7, n === 3 ? 0x8a : 10, 0, 160 * n))
  const long = [0xff00, 0xffff].flatMap((n) => payload(9000, 11, 10, n >> 8, n & 0xff))
  const next = payload(9000 + 0xffff, 11, 0x8a, 0, 160)
  return [press, [...long, ...next], payload(1, 1, 10, 0, 80, 2, 10, 0, 80)].map((bytes) =>
    Uint8Array.from(bytes),
  )
}

function pressKeys(input: Uint8Array): void {
  let down = ''
  const receiver = new TelephoneEventReceiver({
    onStart: (digit) => {
      assert.equal(down, '', 'one key at a time')
      down = digit
    },
    onEnd: (digit, durationMs) => {
      assert.equal(digit, down, 'it is the key that is down')
      assert(durationMs >= 0, `${durationMs} ms`)
      down = ''
    },
  })
  const view = new DataView(input.buffer, input.byteOffset)
  for (let at = 0; at + 5 <= input.length; ) {
    const length = input[at] ?? 0
    const timestamp = view.getUint32(at + 1)
    const end = Math.min(input.length, at + 5 + length)
    receiver.receive(input, at + 5, end, timestamp)
    if (length % 3 === 0) receiver.tick()
    at = end
  }
  for (let tick = 0; tick < 50; tick++) receiver.tick()
  assert.equal(down, '', 'no key is held for ever')
}

/** Sealed by who has the keys, then damaged by who has not: the more rounds, the more of it is garbage. */
function openSealed(random: Random): Attack {
  const suites = KEYS.map((key) => ({ local: key, remote: key }))
  return (input) => {
    const keys = suites[(random.bytes(1)[0] ?? 0) % suites.length]!
    const stream = new SrtpStream(keys)
    const room = new Uint8Array(input.length + 64)
    for (const open of [stream.openRtp.bind(stream), stream.openRtcp.bind(stream)]) {
      room.set(input)
      assert(open(room, input.length) <= input.length)
    }
    if (parseRtpPacket(input) === undefined) return
    room.set(input)
    const sealed = stream.sealRtp(room, input.length)
    const damaged = room.slice()
    damaged[(random.bytes(1)[0] ?? 0) % sealed]! ^= 0x10
    assert.equal(new SrtpStream(keys).openRtp(damaged, sealed), -1, 'damage is noticed')
    assert.equal(new SrtpStream(keys).openRtp(room, sealed), input.length, 'and nothing else')
  }
}

/** A call whose far end sends this, on both its ports, while time passes. */
function startMedia(): Attack {
  let network = new SimulatedNetwork()
  let count = 0
  let from = { host: 'b', port: 4000 }
  let to = open()

  function open() {
    network = new SimulatedNetwork()
    const stream = network.engine('a').openStream()
    const rtcp = { host: from.host, port: from.port + 1 }
    const terms = { codec: 'PCMU', payloadType: 0, telephoneEventPayloadType: 101 } as const
    stream.connect({ ...terms, remote: from, rtcp, latch: 'any' })
    stream.onDigit = (digit, durationMs) => assert(/^[0-9*#A-D]$/.test(digit) && durationMs >= 0)
    stream.onVoice = () => undefined
    stream.onCallee = () => undefined
    stream.startRecording()
    return stream.address
  }

  return (input) => {
    if (++count % 64 === 0) to = open()
    network.send(from, to, input)
    network.send({ ...from, port: from.port + 1 }, { ...to, port: to.port + 1 }, input)
    from = count % 16 === 0 ? { host: 'c', port: 4002 } : { host: 'b', port: 4000 }
    network.advance(20)
  }
}

/** Noise, which fills packets of all lengths. */
async function encoded(lengthsMs: readonly number[]): Promise<Uint8Array[]> {
  const options = { bitrate: 24_000, fec: true, constantBitrate: false }
  const encoder = await OpusEncoder.create({ sampleRate: 16_000, ...options })
  const noise = seededRandom('noise')
  const packets = lengthsMs.flatMap((ms) =>
    Array.from({ length: 4 }, () => {
      const { buffer, byteOffset, length } = noise.bytes(2 * 16 * ms)
      return encoder.encode(new Int16Array(buffer.slice(byteOffset, byteOffset + length)))
    }),
  )
  encoder.close()
  return packets
}

/** A call whose far end sends this as Opus, in packets that are all right, some of which are lost. */
async function startOpus(random: Random): Promise<Attack> {
  const network = new SimulatedNetwork()
  const stream = network.engine('a').openStream()
  const from = { host: 'b', port: 4000 }
  stream.connect({ codec: 'PCMU', encoding: 'OPUS', payloadType: 111, remote: from })
  await new Promise((resolve) => setImmediate(resolve))
  stream.onDigit = () => undefined
  let sequence = 0
  return (payload) => {
    const timestamp = (++sequence * 960) >>> 0
    const header = { marker: false, payloadType: 111, sequence: sequence & 0xffff, timestamp }
    const isLost = (random.bytes(1)[0] ?? 0) < 40
    if (!isLost)
      network.send(from, stream.address, formatRtpPacket({ ...header, ssrc: 5, payload }))
    network.advance(20)
  }
}
