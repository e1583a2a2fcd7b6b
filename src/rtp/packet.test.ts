import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  formatRtpPacket,
  parseRtpPacket,
  patchRtpHeader,
  RtpHeader,
  readRtpHeader,
} from './packet.ts'

const packet = fc.record(
  {
    marker: fc.boolean(),
    payloadType: fc.nat(127),
    sequence: fc.nat(0xffff),
    timestamp: fc.nat(0xffff_ffff),
    ssrc: fc.nat(0xffff_ffff),
    payload: fc.uint8Array({ maxLength: 300 }),
  },
  { noNullPrototype: true },
)

const header = (...octets: number[]): number[] => [
  ...octets,
  ...new Array(12 - octets.length).fill(0),
]
const payloadOf = (octets: readonly number[]): number[] | undefined => {
  const parsed = parseRtpPacket(Uint8Array.from(octets))
  return parsed && [...parsed.payload]
}

describe('RTP packets (RFC 3550 section 5.1)', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(packet, (written) =>
        assert.deepEqual(parseRtpPacket(formatRtpPacket(written)), written),
      ),
    )
  })

  it('can be patched in place', () => {
    fc.assert(
      fc.property(packet, packet, (first, second) => {
        const bytes = formatRtpPacket(first)
        patchRtpHeader(bytes, second.marker, second.payloadType, second.sequence, second.timestamp)
        const { ssrc, payload } = first
        assert.deepEqual(parseRtpPacket(bytes), { ...second, ssrc, payload })
      }),
    )
  })

  it('leave out contributing sources, header extension and padding', () => {
    assert.deepEqual(payloadOf([...header(0x82), 1, 1, 1, 1, 2, 2, 2, 2, 7, 8]), [7, 8])
    assert.deepEqual(payloadOf([...header(0x90), 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 7, 8]), [7, 8])
    assert.deepEqual(payloadOf([...header(0xa0), 7, 8, 0, 2]), [7, 8])
    assert.deepEqual(payloadOf(header(0x80)), [])
  })

  it('are refused where a length leads out of the packet', () => {
    assert.equal(payloadOf(header(0x80).slice(0, 11)), undefined)
    assert.equal(payloadOf(header(0x8f)), undefined, 'contributing sources')
    assert.equal(payloadOf([...header(0x90), 0, 0]), undefined, 'extension header')
    assert.equal(payloadOf([...header(0x90), 0, 0, 255, 255]), undefined, 'extension')
    assert.equal(payloadOf([...header(0xa0), 1, 5]), undefined, 'more padding than payload')
    assert.equal(payloadOf([...header(0xa0), 1, 0]), undefined, 'no padding')
  })

  it('are refused for another version, such as STUN', () => {
    for (const version of [0x00, 0x40, 0xc0]) assert.equal(payloadOf(header(version)), undefined)
  })

  it('never lead the reader beyond the given length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(64), (bytes, length) => {
        const into = new RtpHeader()
        if (!readRtpHeader(bytes, length, into)) return
        assert.ok(into.payloadStart >= 12 && into.payloadStart <= into.payloadEnd)
        assert.ok(into.payloadEnd <= Math.min(length, bytes.length))
      }),
    )
  })
})
