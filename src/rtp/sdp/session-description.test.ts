import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { OutdialError } from '#base'
import { formatSdp, parseSdp, type SessionDescription } from './session-description.ts'

const failsWith = (code: string) => (error: unknown) =>
  error instanceof OutdialError && error.code === code

const BASE =
  'v=0\r\no=alice 2890844526 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n'

const tokenText = (max: number) =>
  fc.stringMatching(new RegExp(`^[!#$%&'*+.0-9A-Z^_a-z{|}~-]{1,${max}}$`))
const lineText = fc.stringMatching(/^[^\0\r\n]{1,40}$/)
const connection = fc.record(
  {
    addressType: fc.constantFrom('IP4' as const, 'IP6' as const),
    address: fc.constantFrom('192.0.2.1', '2001:db8::1', 'host.example'),
  },
  { noNullPrototype: true },
)
const attribute = fc.oneof(
  fc.record({ name: tokenText(20) }, { noNullPrototype: true }),
  fc.record({ name: tokenText(20), value: lineText }, { noNullPrototype: true }),
)
const description: fc.Arbitrary<SessionDescription> = fc.record(
  {
    origin: fc.record(
      {
        username: tokenText(10),
        sessionId: fc.stringMatching(/^\d{1,20}$/),
        sessionVersion: fc.stringMatching(/^\d{1,20}$/),
        addressType: fc.constantFrom('IP4' as const, 'IP6' as const),
        address: fc.constantFrom('192.0.2.1', 'host.example'),
      },
      { noNullPrototype: true },
    ),
    sessionName: lineText,
    connection,
    attributes: fc.array(attribute, { maxLength: 5 }),
    media: fc.array(
      fc.record(
        {
          kind: fc.constantFrom('audio', 'video', 'image'),
          port: fc.nat(65_535),
          protocol: fc.constantFrom('RTP/AVP', 'RTP/SAVPF', 'udptl'),
          formats: fc.array(tokenText(4), { minLength: 1, maxLength: 5 }),
          connection,
          attributes: fc.array(attribute, { maxLength: 5 }),
        },
        {
          noNullPrototype: true,
          requiredKeys: ['kind', 'port', 'protocol', 'formats', 'attributes'],
        },
      ),
      { maxLength: 4 },
    ),
  },
  { noNullPrototype: true, requiredKeys: ['origin', 'sessionName', 'attributes', 'media'] },
)

describe('parseSdp', () => {
  it('reads back what formatSdp wrote', () => {
    fc.assert(fc.property(description, (sdp) => assert.deepEqual(parseSdp(formatSdp(sdp)), sdp)))
  })

  it('takes CRLF and LF, bytes and text, and an empty last line', () => {
    const expected = parseSdp(BASE)
    assert.deepEqual(parseSdp(BASE.replaceAll('\r\n', '\n')), expected)
    assert.deepEqual(parseSdp(Buffer.from(`${BASE}\r\n`)), expected)
    assert.equal(expected.origin.sessionId, '2890844526')
  })

  it('passes over lines that calls do not need', () => {
    const sdp = parseSdp(
      `${BASE}b=AS:64\r\nm=audio 4000/2 RTP/AVP 0\r\ni=words\r\nb=TIAS:64000\r\nk=clear:x\r\n`,
    )
    assert.deepEqual(sdp.media, [
      { kind: 'audio', port: 4000, protocol: 'RTP/AVP', formats: ['0'], attributes: [] },
    ])
  })

  it('names the line that cannot be read', () => {
    const broken = [
      '',
      'hello',
      BASE.replace('v=0', 'v=1'),
      BASE.replace('o=', 'x='),
      BASE.replace('o=alice 2890844526', 'o=alice minus'),
      BASE.replace('IN IP4 192.0.2.1\r\ns', 'IN IP5 192.0.2.1\r\ns'),
      BASE.replace('s=-\r\n', ''),
      BASE.replace('t=0 0', 't=now'),
      `${BASE}v=0\r\n`,
      `${BASE}o=a 1 1 IN IP4 192.0.2.9\r\n`,
      `${BASE}m=audio 65536 RTP/AVP 0\r\n`,
      `${BASE}m=audio -1 RTP/AVP 0\r\n`,
      `${BASE}m=audio 4000 RTP/AVP\r\n`,
      `${BASE}m=audio 4000 RTP/ 0\r\n`,
      `${BASE}m=audio 4000 RTP/AVP 0\r\nc=IN IP4\r\n`,
      `${BASE}a=\r\n`,
      `${BASE}a=no good:1\r\n`,
      `${BASE}audio\r\n`,
      `${BASE}\r\na=late\r\n`,
      `${BASE}a=x\0y\r\n`,
      `${BASE}a=x\ry\r\n`,
    ]
    for (const text of broken) assert.throws(() => parseSdp(text), failsWith('sdp-invalid'), text)
    assert.throws(() => parseSdp(`${BASE}m=audio 99999 RTP/AVP 0`), /line 6: m= has no valid port/)
  })

  it('has limits', () => {
    assert.throws(() => parseSdp(BASE + 'a=x\r\n'.repeat(4000)), failsWith('sdp-too-large'))
    assert.throws(() => parseSdp(BASE + 'a=x\r\n'.repeat(510)), failsWith('sdp-invalid'))
    assert.throws(
      () => parseSdp(BASE + 'm=audio 1 RTP/AVP 0\r\n'.repeat(33)),
      failsWith('sdp-invalid'),
    )
    assert.throws(
      () => parseSdp(`${BASE}m=audio 1 RTP/AVP${' 0'.repeat(129)}\r\n`),
      failsWith('sdp-invalid'),
    )
  })

  it('either reads or refuses any text, and never fails otherwise', () => {
    const line = fc.tuple(fc.constantFrom(...'vosictmabkzxy'), fc.string({ maxLength: 30 }))
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (lines, whole) => {
        const text =
          (whole ? BASE : '') + lines.map(([type, value]) => `${type}=${value}\r\n`).join('')
        try {
          parseSdp(text)
        } catch (error) {
          assert.ok(error instanceof OutdialError, String(error))
        }
      }),
    )
  })
})

describe('formatSdp', () => {
  const sdp = parseSdp(`${BASE}m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n`)
  const [media] = sdp.media

  it('refuses any value that would break out of its line or its place', () => {
    assert.ok(media)
    for (const evil of ['x\r\na=evil', 'x\ny', 'x\ry', 'x\0', '']) {
      const hostile: SessionDescription[] = [
        { ...sdp, sessionName: evil },
        { ...sdp, origin: { ...sdp.origin, username: evil } },
        { ...sdp, origin: { ...sdp.origin, sessionId: evil } },
        { ...sdp, connection: { addressType: 'IP4', address: evil } },
        { ...sdp, attributes: [{ name: evil }] },
        { ...sdp, media: [{ ...media, formats: [evil] }] },
        { ...sdp, media: [{ ...media, protocol: evil }] },
      ]
      if (evil !== '') hostile.push({ ...sdp, attributes: [{ name: 'x', value: evil }] })
      for (const one of hostile) assert.throws(() => formatSdp(one), failsWith('sdp-invalid-value'))
    }
    assert.throws(
      () => formatSdp({ ...sdp, origin: { ...sdp.origin, address: '1.2.3.4 extra' } }),
      failsWith('sdp-invalid-value'),
    )
  })

  it('refuses a port that is none', () => {
    assert.ok(media)
    for (const port of [-1, 65_536, 1.5, Number.NaN]) {
      assert.throws(
        () => formatSdp({ ...sdp, media: [{ ...media, port }] }),
        failsWith('sdp-invalid-value'),
      )
    }
  })
})
