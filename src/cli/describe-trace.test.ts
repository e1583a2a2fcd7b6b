import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CallTrace, type TracedAttempt, traceView } from '#app'
import { asTold } from './as-told.ts'
import { describeTrace } from './describe-trace.ts'

const BEGAN = new Date('2026-03-04T05:06:07.089Z')
const NETWORK = {
  kind: 'sip',
  transport: 'udp',
  local: { host: '192.0.2.1', port: 5060 },
  remote: { host: '198.51.100.7', port: 5060 },
} as const

const INVITE =
  'INVITE sip:1 SIP/2.0\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n'
const response = (status: string, method: string, more = ''): string =>
  `SIP/2.0 ${status}\r\nCSeq: 1 ${method}\r\n${more}\r\n`

const ANSWERED: TracedAttempt = {
  attempt: 2,
  trunk: 'main',
  state: 'ended',
  outcome: 'answered',
  cause: 'exit',
  beganAt: BEGAN,
  completeness: 'kept',
  leftOut: 3,
  entries: [
    { atMs: 0, kind: 'claim', trunk: 'main' },
    { atMs: 1.5, kind: 'write', state: 'dialing', tookMs: 2.1 },
    { atMs: 4, ...NETWORK, direction: 'out', text: INVITE },
    { atMs: 504, ...NETWORK, direction: 'out', text: INVITE },
    { atMs: 505.2, ...NETWORK, direction: 'in', text: response('100 Trying', 'INVITE') },
    {
      ...{ atMs: 900, ...NETWORK, direction: 'in' },
      text: response('200 OK', 'INVITE', 'c: application/sdp\r\n'),
    },
    { atMs: 901, ...NETWORK, direction: 'out', text: 'ACK sip:1 SIP/2.0\r\n\r\n' },
    { atMs: 902, kind: 'write', state: 'answered', error: 'store-unavailable' },
    {
      ...{ atMs: 950, kind: 'dialogue', step: 'visit', text: 'select <field name="city">' },
      ...{ uri: 'https://app.example/start.vxml', line: 12 },
    },
    { atMs: 951, kind: 'dialogue', step: 'said', text: '“Which city?”' },
    { atMs: 990.4, kind: 'media', event: 'prompt-started' },
    { atMs: 1000, kind: 'media', event: 'first-received' },
    { atMs: 1500, kind: 'media', event: 'prompt-ended', playedMs: 509.6, interrupted: true },
    {
      ...{ atMs: 1540, kind: 'media', event: 'callee-known', calleeType: 'answeringmachine' },
      ...{ calleeKind: 'greeting', confidence: 0.95 },
    },
    { atMs: 1550, kind: 'media', event: 'beep-ended' },
    { atMs: 1600, kind: 'dialogue', step: 'noinput', text: '' },
    { atMs: 2000, kind: 'write', state: 'ended', tookMs: 5, detail: 'the call is queued again' },
    { atMs: 2010, kind: 'post', try: 1, error: 'fetch-timeout', tookMs: 10_000 },
    { atMs: 72_010, kind: 'post', try: 2, httpStatus: 200, tookMs: 12 },
  ],
  packets: { host: '192.0.2.1', offsetMs: 5, leftOut: 7 },
  media: {
    ...{ packetsSent: 500, packetsReceived: 475, packetsLost: 25 },
    ...{ packetsDiscarded: 2, packetsIgnored: 1, jitterMs: 3.26, bufferMs: 60, roundTripMs: 20.04 },
    ...{ mos: 3.456, atPeer: { packetsLost: 4, jitterMs: 2, mos: 4.3 } },
  },
}

const CALL: CallTrace = {
  callId: 17,
  accountId: 1,
  campaignName: 'spring',
  destination: '+16175550100',
  state: 'ended',
  outcome: 'answered',
  cause: 'exit',
  attempts: [
    {
      ...{ attempt: 1, trunk: 'spare', state: 'ended', outcome: 'interrupted', cause: 'crash' },
      ...{ beganAt: BEGAN, completeness: 'missing' },
      entries: [
        { atMs: 0, kind: 'write', state: 'dialing' },
        { atMs: 35_000, kind: 'write', state: 'ended' },
      ],
    },
    ANSWERED,
  ],
}

const PAGE = `\
Call 17 to +16175550100, campaign “spring”, is ended: answered (exit).

Attempt 1 by trunk spare is ended: interrupted (crash).
Its trace was not kept (OUTDIAL_TRACE=off, or its server was gone). What the database has of it:
Milliseconds since the intent to dial was stored, 2026-03-04T05:06:07.089Z:
       0.0  database  dialing
   35000.0  database  ended

Attempt 2 by trunk main is ended: answered (exit).
Milliseconds since the call was claimed, 2026-03-04T05:06:07.089Z:
       0.0  claim     given a line on trunk main
       1.5  database  dialing (2.1 ms)
       4.0  SIP       ─ INVITE (SDP) ───────────────────────────────▶ 198.51.100.7:5060 udp
     504.0  SIP       ─ INVITE (SDP), again ────────────────────────▶ 198.51.100.7:5060 udp
     505.2  SIP       ◀─ 100 Trying (INVITE) ──────────────────────── 198.51.100.7:5060 udp
     900.0  SIP       ◀─ 200 OK (INVITE, SDP) ─────────────────────── 198.51.100.7:5060 udp
     901.0  SIP       ─ ACK ────────────────────────────────────────▶ 198.51.100.7:5060 udp
     902.0  database  answered: not written, store-unavailable
     950.0  dialogue  visit     select <field name="city"> (https://app.example/start.vxml:12)
     951.0  dialogue  said      “Which city?”
     990.4  audio     prompt begins
    1000.0  audio     first packet received
    1500.0  audio     prompt cut short after 510 ms
    1540.0  audio     callee is answeringmachine (greeting, confidence 0.95)
    1550.0  audio     beep ends
    1600.0  dialogue  noinput
    2000.0  database  ended, the call is queued again (5 ms)
    2010.0  result    posted, try 1: fetch-timeout (10000 ms)
   72010.0  result    posted, try 2: 200 (12 ms)
3 further messages and steps were left out.
Audio: 500 packets sent; 475 received, 25 lost (5.0 %), 2 too late, 1 ignored; jitter 3.3 ms, buffer 60 ms, round trip 20 ms.
The far end reported 4 lost and a jitter of 2 ms.
MOS 3.46 heard here, 4.30 heard there: estimated from loss and delay by the E-model (ITU-T G.107), all else at its defaults.
Its packets were recorded: --pcap writes them to a file; 7 had no room.`

describe('the page of a trace', () => {
  const pageOf = (trace: CallTrace): string => describeTrace(asTold(traceView(trace)))

  it('has all attempts, each with its time line and its audio', () => {
    assert.equal(pageOf(CALL), PAGE)
  })

  it('says where there is nothing, and where it is too early', () => {
    const { outcome: _, cause: __, ...queued } = CALL
    assert.equal(
      pageOf({ ...queued, state: 'queued', attempts: [] }),
      'Call 17 to +16175550100, campaign “spring”, is queued.\n' +
        'It was never dialled; `outdial why 17` says why.',
    )
    const { outcome: ___, cause: ____, leftOut: _____, media: ______, ...begun } = ANSWERED
    const ringing: TracedAttempt = {
      ...{ ...begun, state: 'ringing', completeness: 'in-progress', entries: [] },
    }
    assert.match(pageOf({ ...queued, attempts: [ringing] }), /\nIt is in progress: /)
  })
})
