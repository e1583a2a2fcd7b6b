import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  MAX_REPORT_BYTES,
  ntpMiddle,
  type Report,
  type ReportBlock,
  type RtcpListener,
  readRtcp,
  writeRtcp,
} from './rtcp-packet.ts'

const BLOCK: ReportBlock = {
  ssrc: 0xdead_beef,
  fractionLost: 64,
  packetsLost: -3,
  extendedSequence: 0x0001_ffff,
  jitter: 80,
  lastSenderReport: 0x1234_5678,
  delaySinceLastSenderReport: 65_536,
}
const SENDER = { wallMs: 1_000_000_000_500, timestamp: 160, packets: 7, octets: 1120 }
const CNAME = 'abcdefghijklmnop'

class Heard implements RtcpListener {
  readonly story: unknown[] = []
  onSenderReport(ssrc: number, middle: number): void {
    this.story.push(['sender', ssrc, middle])
  }
  onReportBlock(block: Readonly<ReportBlock>): void {
    this.story.push({ ...block })
  }
  onBye(ssrc: number): void {
    this.story.push(['bye', ssrc])
  }
}

function written(report: Partial<Report>): Uint8Array {
  const bytes = new Uint8Array(MAX_REPORT_BYTES)
  return bytes.slice(0, writeRtcp(bytes, { ssrc: 5, cname: CNAME, bye: false, ...report }))
}

function told(bytes: Uint8Array, length = bytes.length): unknown[] | undefined {
  const heard = new Heard()
  const valid = readRtcp(bytes, length, heard)
  assert.ok(valid || heard.story.length === 0, 'nothing is told of what is refused')
  return valid ? heard.story : undefined
}

describe('RTCP packets (RFC 3550 section 6)', () => {
  it('writes a sender report with its block, CNAME and goodbye, word for word', () => {
    const words = Buffer.from(written({ sender: SENDER, block: BLOCK, bye: true }))
    const at = (word: number): number => words.readUInt32BE(4 * word)
    assert.equal(at(0), 0x81c8_000c, 'SR, one block, 13 words')
    assert.equal(at(1), 5)
    assert.equal(at(2), 1_000_000_000 + 2_208_988_800)
    assert.equal(at(3), 0x8000_0000, 'half a second')
    assert.deepEqual([at(4), at(5), at(6)], [160, 7, 1120])
    assert.equal(at(7), 0xdead_beef)
    assert.equal(at(8), 0x40ff_fffd, 'a quarter lost, three more received than expected')
    assert.deepEqual([at(9), at(10), at(11), at(12)], [0x0001_ffff, 80, 0x1234_5678, 65_536])
    assert.deepEqual([at(13), at(14)], [0x81ca_0006, 5], 'SDES, one chunk, 7 words')
    assert.equal(words.toString('latin1', 60, 78), `\u0001\u0010${CNAME}`)
    assert.deepEqual([words[78], words[79]], [0, 0], 'ended, and whole words')
    assert.deepEqual([at(20), at(21)], [0x81cb_0001, 5])
    assert.equal(words.length, 88)
  })

  it('keeps a cumulative loss within 24 bits', () => {
    for (const [packetsLost, kept] of [
      [1e8, 0x7f_ffff],
      [-1e8, -0x80_0000],
      [-1, -1],
    ] as const) {
      const [block] = told(written({ block: { ...BLOCK, packetsLost } })) as [ReportBlock]
      assert.equal(block.packetsLost, kept)
    }
  })

  it('reads back what it writes', () => {
    const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
    const block = fc.record({
      ssrc: uint32,
      fractionLost: fc.integer({ min: 0, max: 255 }),
      packetsLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
      extendedSequence: uint32,
      jitter: uint32,
      lastSenderReport: uint32,
      delaySinceLastSenderReport: uint32,
    })
    fc.assert(
      fc.property(uint32, fc.option(block), fc.boolean(), fc.boolean(), (ssrc, b, sends, bye) => {
        const sender = sends ? SENDER : undefined
        const expected = [
          ...(sends ? [['sender', ssrc, ntpMiddle(SENDER.wallMs)]] : []),
          ...(b ? [{ ...b }] : []),
          ...(bye ? [['bye', ssrc]] : []),
        ]
        assert.deepEqual(told(written({ ssrc, sender, block: b ?? undefined, bye })), expected)
      }),
    )
  })

  it('reads several blocks and unknown packets in between, and padding of the last', () => {
    const one = written({ block: BLOCK })
    const two = Buffer.concat([
      Uint8Array.of(0x82, 201, 0, 13, 0, 0, 0, 5),
      one.subarray(8, 32),
      one.subarray(8, 32),
      // An extended report, and a goodbye with its reason.
      Uint8Array.of(0x80, 207, 0, 1, 0, 0, 0, 5),
      Uint8Array.of(0xa1, 203, 0, 3, 0, 0, 0, 9, 3, 98, 121, 101, 0, 0, 0, 4),
    ])
    assert.deepEqual(told(two), [BLOCK, BLOCK, ['bye', 9]])
  })

  it('refuses what is no whole compound', () => {
    const good = written({ sender: SENDER, block: BLOCK, bye: true })
    const change = (at: number, value: number) => good.map((byte, i) => (i === at ? value : byte))
    const refused: Record<string, Uint8Array> = {
      nothing: new Uint8Array(0),
      'another version': change(0, 0x41),
      'another version in its second packet': change(52, 0x41),
      'padding in the first packet': change(0, 0xa1),
      'a description first': good.slice(52),
      'a length beyond the end': change(3, 40),
      'more blocks than fit': change(0, 0x9f),
      'a tail': Buffer.concat([good, Uint8Array.of(0)]),
      'no whole word': good.slice(0, -1),
    }
    for (const [name, bytes] of Object.entries(refused)) assert.equal(told(bytes), undefined, name)
    assert.equal(told(good, good.length + 4), undefined, 'a length beyond the array')
  })

  it('neither fails nor reads on beyond its length, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(120), (noise, cut) => {
        const good = written({ sender: SENDER, block: BLOCK, bye: true })
        good.set(noise.subarray(0, good.length - 2), 2)
        told(good, Math.min(cut, good.length))
        told(noise)
      }),
    )
  })
})
