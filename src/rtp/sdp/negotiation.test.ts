import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OutdialError, seededRandom } from '#base'
import { srtpKeys } from '../srtp/srtp-key.ts'
import { createAnswer, createOffer, parseAnswer } from './negotiation.ts'
import { parseSdp } from './session-description.ts'

const failsWith = (code: string) => (error: unknown) =>
  error instanceof OutdialError && error.code === code

const LOCAL = { address: { host: '192.0.2.10', port: 40_000 }, sessionId: 42 }
const OFFER = createOffer(LOCAL)

/** A peer's description: its media part as given, `c=` at session level unless told otherwise. */
function peer(media: string, connection: string = 'c=IN IP4 198.51.100.7'): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 198.51.100.7',
    's=-',
    ...(connection ? [connection] : []),
    't=0 0',
    media,
  ]
    .join('\n')
    .replaceAll('\n', '\r\n')
}

describe('createOffer', () => {
  it('offers both codecs and telephone events, 20 ms, both ways', () => {
    assert.deepEqual(OFFER.split('\r\n'), [
      'v=0',
      'o=- 42 1 IN IP4 192.0.2.10',
      's=-',
      'c=IN IP4 192.0.2.10',
      't=0 0',
      'm=audio 40000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
      'a=rtcp-mux',
      '',
    ])
  })

  it('offers the codecs that it is given, in that order, and IPv6', () => {
    const offer = createOffer({
      address: { host: '2001:db8::1', port: 5004 },
      codecs: ['PCMA'],
      sessionId: '18446744073709551615',
      sessionVersion: 3,
      direction: 'inactive',
    })
    assert.match(offer, /^o=- 18446744073709551615 3 IN IP6 2001:db8::1\r$/m)
    assert.match(offer, /^m=audio 5004 RTP\/AVP 8 101\r$/m)
    assert.match(offer, /^a=inactive\r$/m)
  })

  it('cannot be made to hold another line', () => {
    assert.throws(
      () => createOffer({ ...LOCAL, address: { host: '1.2.3.4\r\na=evil', port: 4000 } }),
      failsWith('sdp-invalid-value'),
    )
  })
})

describe('parseAnswer', () => {
  it('takes the first common codec, and the payload type that the peer gave to events', () => {
    const answer = peer(
      'm=audio 30000 RTP/AVP 8 0 96\na=rtpmap:96 telephone-event/8000\na=fmtp:96 0-15\na=ptime:20',
    )
    assert.deepEqual(parseAnswer(answer, OFFER), {
      remote: { host: '198.51.100.7', port: 30_000 },
      rtcp: { host: '198.51.100.7', port: 30_001 },
      rtcpMux: false,
      codec: 'PCMA',
      encoding: 'PCMA',
      payloadType: 8,
      telephoneEventPayloadType: 96,
      direction: 'sendrecv',
      ptimeMs: 20,
    })
  })

  it('knows names in any case, with one channel, and at other numbers', () => {
    const answer = peer(
      'm=audio 30000 RTP/AVP 18 97\na=rtpmap:18 G729/8000\na=rtpmap:97 pcmu/8000/1',
    )
    const { codec, payloadType, telephoneEventPayloadType } = parseAnswer(answer, OFFER)
    assert.deepEqual([codec, payloadType, telephoneEventPayloadType], ['PCMU', 97, undefined])
  })

  it('takes the address of the stream before that of the session', () => {
    const media = 'm=audio 30000 RTP/AVP 0\nc=IN IP4 203.0.113.5'
    assert.equal(parseAnswer(peer(media), OFFER).remote.host, '203.0.113.5')
    assert.equal(parseAnswer(peer(media, ''), OFFER).remote.host, '203.0.113.5')
  })

  it('speaks G.722 where it was offered, and is handed PCMU then', () => {
    const offer = createOffer({ ...LOCAL, codecs: ['G722', 'PCMA'] })
    assert.match(offer, /^m=audio 40000 RTP\/AVP 9 8 101\r\na=rtpmap:9 G722\/8000\r$/m)
    for (const media of [
      'm=audio 30000 RTP/AVP 9',
      'm=audio 30000 RTP/AVP 97\na=rtpmap:97 g722/8000',
    ]) {
      const { codec, encoding, payloadType } = parseAnswer(peer(media), offer)
      assert.deepEqual([codec, encoding], ['PCMU', 'G722'])
      assert.ok(media.includes(`AVP ${payloadType}`))
    }
    assert.throws(
      () => parseAnswer(peer('m=audio 30000 RTP/AVP 9'), OFFER),
      failsWith('sdp-no-common-codec'),
    )
  })

  it('speaks Opus where it was offered, with keys on the same clock (RFC 7587, RFC 4733)', () => {
    const offer = createOffer({ ...LOCAL, codecs: ['OPUS', 'PCMU'] })
    assert.match(offer, /^m=audio 40000 RTP\/AVP 111 0 110 101\r$/m)
    assert.match(offer, /^a=rtpmap:111 opus\/48000\/2\r\na=fmtp:111 .*useinbandfec=1\r$/m)
    assert.match(offer, /^a=rtpmap:110 telephone-event\/48000\r$/m)
    assert.match(offer, /^a=rtpmap:101 telephone-event\/8000\r$/m)
    const events = 'a=rtpmap:101 telephone-event/8000\na=rtpmap:97 telephone-event/48000'
    const media = `m=audio 30000 RTP/AVP 96 101 97\na=rtpmap:96 opus/48000/2\n${events}`
    const opus = parseAnswer(peer(media), offer)
    assert.deepEqual([opus.codec, opus.encoding, opus.payloadType], ['PCMU', 'OPUS', 96])
    assert.deepEqual([opus.telephoneEventPayloadType, opus.telephoneEventScale], [97, undefined])
    const asTelephones = parseAnswer(peer(media.replace(' 97', '')), offer)
    assert.deepEqual(
      [asTelephones.telephoneEventPayloadType, asTelephones.telephoneEventScale],
      [101, 1],
    )
    const plain = parseAnswer(peer(`m=audio 30000 RTP/AVP 0 101 97\n${events}`), offer)
    assert.deepEqual([plain.encoding, plain.telephoneEventPayloadType], ['PCMU', 101])
    assert.throws(() => parseAnswer(peer(media), OFFER), failsWith('sdp-no-common-codec'))
    const answer = createAnswer(peer(media), { ...LOCAL, codecs: ['PCMU', 'OPUS'] })
    assert.equal(answer.encoding, 'OPUS')
    assert.match(answer.sdp, /^m=audio 40000 RTP\/AVP 96 97\r$/m)
    assert.match(answer.sdp, /^a=rtpmap:96 opus\/48000\/2\r$/m)
    assert.match(answer.sdp, /^a=rtpmap:97 telephone-event\/48000\r$/m)
  })

  it('keeps to what a peer likes of Opus, and passes over what is malformed', () => {
    const offer = createOffer({ ...LOCAL, codecs: ['OPUS'] })
    const termsOf = (lines: string) => {
      const media = `m=audio 30000 RTP/AVP 96\na=rtpmap:96 opus/48000/2\n${lines}`
      const { opus, ptimeMs } = parseAnswer(peer(media), offer)
      return { ...opus, ptimeMs }
    }
    const all = { fec: false, constantBitrate: false, bitrate: 24_000, isWideband: true }
    assert.deepEqual(termsOf(''), { ...all, ptimeMs: 20 })
    assert.deepEqual(
      termsOf('a=fmtp:96 useinbandfec=1; cbr=1;maxaveragebitrate=16000 ;maxplaybackrate=8000'),
      { fec: true, constantBitrate: true, bitrate: 16_000, isWideband: false, ptimeMs: 20 },
    )
    for (const said of [
      'maxaveragebitrate=1',
      'maxaveragebitrate=x',
      ';;=',
      'maxplaybackrate=48000',
    ]) {
      assert.deepEqual(termsOf(`a=fmtp:96 ${said}`), { ...all, ptimeMs: 20 }, said)
    }
    // RFC 6716 section 2.1.4: no frame has 30 ms, so no packet has it here.
    for (const [wished, ms] of [
      [10, 10],
      [30, 20],
      [40, 40],
      [50, 20],
      [60, 60],
    ] as const) {
      assert.equal(termsOf(`a=ptime:${wished}`).ptimeMs, ms)
    }
  })

  it('sends packets as long as the peer wants them, where it can', () => {
    const ptimeOf = (lines: string) =>
      parseAnswer(peer(`m=audio 30000 RTP/AVP 0\n${lines}`), OFFER).ptimeMs
    const wishes = { 'a=ptime:10': 10, 'a=ptime:30': 30, 'a=ptime:60': 60, 'a=maxptime:10': 10 }
    for (const [lines, ms] of Object.entries(wishes)) assert.equal(ptimeOf(lines), ms, lines)
    for (const lines of ['a=sendrecv', 'a=ptime:25', 'a=ptime:80', 'a=ptime:x', 'a=ptime:0']) {
      assert.equal(ptimeOf(lines), 20, lines)
    }
    assert.equal(ptimeOf('a=ptime:40\na=maxptime:30'), 20)
    assert.equal(ptimeOf('a=ptime:40\na=maxptime:60'), 40)
  })

  it('says where RTCP goes: the port after, where it was announced, or over the RTP port', () => {
    const rtcpOf = (lines: string) => {
      const answer = peer(`m=audio 30000 RTP/AVP 0\n${lines}`)
      const { rtcp, rtcpMux } = parseAnswer(answer, OFFER)
      return [`${rtcp.host}:${rtcp.port}`, rtcpMux]
    }
    assert.deepEqual(rtcpOf('a=rtcp:53020'), ['198.51.100.7:53020', false])
    assert.deepEqual(rtcpOf('a=rtcp:53020 IN IP4 203.0.113.9'), ['203.0.113.9:53020', false])
    assert.deepEqual(rtcpOf('a=rtcp:53020\na=rtcp-mux'), ['198.51.100.7:30000', true])
    for (const said of [
      '0',
      '65536',
      'x',
      '53020 IN IP4 224.0.0.1',
      '53020 IN IP4 phone.example',
    ]) {
      assert.deepEqual(rtcpOf(`a=rtcp:${said}`), ['198.51.100.7:30001', false], said)
    }
  })

  it('turns the peer’s direction into ours', () => {
    const ours = (media: string, connection?: string): string =>
      parseAnswer(peer(`m=audio 30000 RTP/AVP 0${media}`, connection), OFFER).direction
    assert.equal(ours('\na=sendonly'), 'recvonly')
    assert.equal(ours('\na=recvonly'), 'sendonly')
    assert.equal(ours('\na=inactive'), 'inactive')
    assert.equal(ours('', 'c=IN IP4 198.51.100.7\na=sendonly'), 'recvonly', 'of the session')
    assert.equal(ours('', 'c=IN IP4 0.0.0.0'), 'recvonly', 'on hold by address')
    assert.equal(ours('\na=sendonly', 'c=IN IP4 0.0.0.0'), 'recvonly')
    assert.equal(ours('\na=recvonly', 'c=IN IP4 0.0.0.0'), 'inactive')
  })

  it('never goes beyond the direction of the offer', () => {
    const held = createOffer({ ...LOCAL, direction: 'sendonly' })
    assert.equal(parseAnswer(peer('m=audio 30000 RTP/AVP 0'), held).direction, 'sendonly')
  })

  it('refuses an answer without a common codec, stream, protocol or address', () => {
    const refused: [media: string, code: string, connection?: string][] = [
      ['m=audio 30000 RTP/AVP 18\na=rtpmap:18 G729/8000', 'sdp-no-common-codec'],
      ['m=audio 30000 RTP/AVP 0\na=rtpmap:0 L16/8000', 'sdp-no-common-codec'],
      ['m=audio 30000 RTP/AVP 96\na=rtpmap:96 PCMU/16000', 'sdp-no-common-codec'],
      ['m=audio 30000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000', 'sdp-no-common-codec'],
      ['m=audio 0 RTP/AVP 0', 'sdp-media-rejected'],
      ['m=video 30000 RTP/AVP 0', 'sdp-no-audio'],
      ['a=x', 'sdp-no-audio'],
      ['m=audio 30000 RTP/SAVP 0', 'sdp-unsupported-protocol'],
      ['m=audio 30000 RTP/AVP 0', 'sdp-unsupported-address', 'c=IN IP4 224.2.1.1/127'],
      ['m=audio 30000 RTP/AVP 0', 'sdp-unsupported-address', 'c=IN IP4 239.1.1.1'],
      ['m=audio 30000 RTP/AVP 0', 'sdp-unsupported-address', 'c=IN IP4 phone.example'],
      ['m=audio 30000 RTP/AVP 0', 'sdp-unsupported-address', 'c=IN IP4 127.1'],
      ['m=audio 30000 RTP/AVP 0', 'sdp-unsupported-address', 'c=IN IP6 192.0.2.1'],
      ['m=audio 30000 RTP/AVP 0', 'sdp-invalid', ''],
      ['m=audio 99999 RTP/AVP 0', 'sdp-invalid'],
    ]
    for (const [media, code, connection] of refused) {
      assert.throws(() => parseAnswer(peer(media, connection), OFFER), failsWith(code), media)
    }
  })

  it('refuses a codec that was not offered', () => {
    const onlyA = createOffer({ ...LOCAL, codecs: ['PCMA'] })
    assert.throws(
      () => parseAnswer(peer('m=audio 30000 RTP/AVP 0'), onlyA),
      failsWith('sdp-no-common-codec'),
    )
  })
})

describe('createAnswer', () => {
  const LOCAL_ANSWER = { address: { host: '192.0.2.20', port: 41_000 }, sessionId: 7 }

  it('answers our own offer, and both sides agree', () => {
    const answer = createAnswer(OFFER, LOCAL_ANSWER)
    assert.deepEqual(answer.remote, LOCAL.address)
    const { sdp, ...agreed } = answer
    const { address } = LOCAL_ANSWER
    assert.deepEqual(parseAnswer(sdp, OFFER), { ...agreed, remote: address, rtcp: address })
    assert.equal(agreed.telephoneEventPayloadType, 101)
  })

  it('keeps the peer’s payload types and its preference', () => {
    const offer = peer(
      'm=audio 30000 RTP/AVP 97 0 8 110\na=rtpmap:97 opus/48000/2\na=rtpmap:110 telephone-event/8000',
    )
    const answer = createAnswer(offer, { ...LOCAL_ANSWER, codecs: ['PCMA', 'PCMU'] })
    assert.deepEqual(parseSdp(answer.sdp).media[0]?.formats, ['0', '110'])
  })

  it('refuses the other streams with port 0, in their places', () => {
    const offer = peer(
      'm=video 30002 RTP/AVP 96\na=rtpmap:96 VP8/90000\nm=audio 30000 RTP/AVP 8\nm=audio 30004 RTP/AVP 0',
    )
    const media = parseSdp(createAnswer(offer, LOCAL_ANSWER).sdp).media
    assert.deepEqual(
      media.map(({ kind, port, formats }) => [kind, port, ...formats]),
      [
        ['video', 0, '96'],
        ['audio', 41_000, '8'],
        ['audio', 0, '0'],
      ],
    )
  })

  it('prefers a stream over RTP/AVP to one it cannot speak', () => {
    const offer = peer('m=audio 30002 RTP/SAVP 0\nm=audio 30000 RTP/AVP 0')
    assert.equal(createAnswer(offer, LOCAL_ANSWER).remote.port, 30_000)
  })

  it('shares the port with RTCP only where the peer offered it', () => {
    const [plain, shared] = ['', '\na=rtcp-mux'].map((line) =>
      createAnswer(peer(`m=audio 30000 RTP/AVP 0${line}`), LOCAL_ANSWER),
    )
    assert.ok(!plain?.rtcpMux && !plain?.sdp.includes('rtcp-mux'))
    assert.ok(shared?.rtcpMux && shared.sdp.includes('a=rtcp-mux\r\n'))
  })

  it('answers hold with recvonly', () => {
    const { sdp, direction } = createAnswer(
      peer('m=audio 30000 RTP/AVP 0\na=sendonly'),
      LOCAL_ANSWER,
    )
    assert.equal(direction, 'recvonly')
    assert.match(sdp, /^a=recvonly\r$/m)
  })

  it('refuses an offer that it cannot meet', () => {
    const refused: [media: string, code: string][] = [
      ['m=audio 30000 RTP/AVP 9', 'sdp-no-common-codec'],
      ['m=audio 0 RTP/AVP 0', 'sdp-no-audio'],
      ['m=image 30000 udptl t38', 'sdp-no-audio'],
      ['m=audio 30000 RTP/SAVP 0', 'sdp-unsupported-protocol'],
    ]
    for (const [media, code] of refused) {
      assert.throws(() => createAnswer(peer(media), LOCAL_ANSWER), failsWith(code), media)
    }
  })
})

describe('SRTP with keys in the SDP (RFC 4568)', () => {
  const ours = { ...LOCAL, srtp: srtpKeys('sdes', seededRandom('ours')) }
  const theirs = {
    address: { host: '192.0.2.20', port: 41_000 },
    sessionId: 7,
    srtp: srtpKeys('sdes', seededRandom('theirs')),
  }
  const offer = createOffer(ours)
  const CODED = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'
  const secure = (lines: string) => peer(`m=audio 30000 RTP/SAVP 0\n${lines}`)

  it('offers a line for each suite', () => {
    assert.match(offer, /^m=audio 40000 RTP\/SAVP 0 8 101\r$/m)
    assert.deepEqual(offer.match(/(?<=a=crypto:)\d \S+(?= inline:)/g), [
      '1 AEAD_AES_128_GCM',
      '2 AES_CM_128_HMAC_SHA1_80',
      '3 AES_CM_128_HMAC_SHA1_32',
    ])
  })

  it('agrees on the keys of both sides', () => {
    const { sdp, srtp } = createAnswer(offer, theirs)
    const agreed = parseAnswer(sdp, offer).srtp
    assert.ok(agreed && srtp && agreed.local.suite === 'AEAD_AES_128_GCM')
    assert.deepEqual(agreed, { local: srtp.remote, remote: srtp.local })
    assert.notDeepEqual(agreed.local, agreed.remote)
    assert.equal(sdp.match(/a=crypto/g)?.length, 1)
  })

  it('takes the line that the answer names', () => {
    const answer = secure(`a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:${CODED}|2^31`)
    const { srtp } = parseAnswer(answer, offer)
    assert.equal(srtp?.local.suite, 'AES_CM_128_HMAC_SHA1_32')
    assert.equal(
      Buffer.from(srtp?.remote.masterKey ?? [])
        .toString('base64')
        .slice(0, 21),
      CODED.slice(0, 21),
    )
  })

  it('answers with the tag of the first line that it can meet', () => {
    const asked = secure(
      `a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:x\na=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:${CODED}`,
    )
    assert.match(createAnswer(asked, theirs).sdp, /^a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:/m)
  })

  it('refuses an answer with another tag or suite, with two lines, or with none', () => {
    const line = (tag: number, suite: string) => `a=crypto:${tag} ${suite} inline:${CODED}`
    for (const lines of [
      '',
      line(9, 'AES_CM_128_HMAC_SHA1_80'),
      line(3, 'AES_CM_128_HMAC_SHA1_80'),
      `${line(2, 'AES_CM_128_HMAC_SHA1_80')}\n${line(3, 'AES_CM_128_HMAC_SHA1_32')}`,
    ]) {
      assert.throws(
        () => parseAnswer(secure(lines), offer),
        failsWith('sdp-no-common-crypto'),
        lines,
      )
    }
    assert.throws(() => createAnswer(secure(''), theirs), failsWith('sdp-no-common-crypto'))
  })

  it('never falls back to the clear, unless it was told that it may', () => {
    const clear = peer('m=audio 30000 RTP/AVP 0')
    assert.throws(() => parseAnswer(clear, offer), failsWith('sdp-unsupported-protocol'))
    assert.throws(() => parseAnswer(secure(''), OFFER), failsWith('sdp-unsupported-protocol'))
    assert.throws(() => createAnswer(clear, theirs), failsWith('sdp-unsupported-protocol'))
    const answer = createAnswer(clear, { ...theirs, allowsClear: true })
    assert.ok(!answer.srtp && !answer.sdp.includes('crypto'))
  })
})
