import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MediaStream } from '../media-stream.ts'
import { formatRtpPacket } from '../packet.ts'
import {
  MAX_REPORT_BYTES,
  type Report,
  type ReportBlock,
  readRtcp,
  writeRtcp,
} from '../rtcp/rtcp-packet.ts'
import { type Datagram, SimulatedNetwork } from '../simulated-network.ts'

const PCMU = { codec: 'PCMU', payloadType: 0 } as const
const SENDER_REPORT = 200
const RECEIVER_REPORT = 201
const isRtcp = ({ bytes }: Datagram): boolean => (bytes[1] ?? 0) >= 200 && (bytes[1] ?? 0) <= 204

function call(terms: { rtcpMux?: boolean } = {}) {
  const network = new SimulatedNetwork()
  const [a, b] = [network.engine('a').openStream(), network.engine('b').openStream()]
  a.connect({ ...PCMU, ...terms, remote: b.address })
  b.connect({ ...PCMU, ...terms, remote: a.address })
  const rtcpFrom = (stream: MediaStream): Datagram[] =>
    network.sent.filter((sent) => isRtcp(sent) && sent.from.host === stream.address.host)
  return { network, a, b, rtcpFrom }
}

function blocksOf({ bytes }: Datagram): ReportBlock[] {
  const blocks: ReportBlock[] = []
  const onReportBlock = (block: Readonly<ReportBlock>): void => void blocks.push({ ...block })
  assert.ok(readRtcp(bytes, bytes.length, { onSenderReport() {}, onReportBlock, onBye() {} }))
  return blocks
}

function byesOf({ bytes }: Datagram): number[] {
  const byes: number[] = []
  const onBye = (ssrc: number): void => void byes.push(ssrc)
  assert.ok(readRtcp(bytes, bytes.length, { onSenderReport() {}, onReportBlock() {}, onBye }))
  return byes
}

function rtcp(report: Partial<Report>): Uint8Array {
  const bytes = new Uint8Array(MAX_REPORT_BYTES)
  return bytes.slice(0, writeRtcp(bytes, { ssrc: 1, cname: 'x', bye: false, ...report }))
}

describe('RTCP of a call (RFC 3550 section 6)', () => {
  it('goes from and to the port after RTP’s, first after 1 to 3.1 s, then every 2 to 6.2 s', () => {
    const { network, a, b, rtcpFrom } = call()
    const times: number[] = []
    for (let ms = 0; ms < 120_000; ms += 20) {
      const before = rtcpFrom(a).length
      network.advance(20)
      if (rtcpFrom(a).length > before) times.push(ms)
      network.sent.splice(0, network.sent.length, ...network.sent.filter(isRtcp))
    }
    const [first = 0, ...later] = times
    assert.ok(first >= 1000 && first <= 3100, `${first}`)
    const gaps = later.map((time, n) => time - (times[n] ?? 0))
    assert.ok(
      gaps.every((gap) => gap >= 2030 && gap <= 6180),
      gaps.join(' '),
    )
    assert.ok(new Set(gaps).size > gaps.length / 2, 'varied')
    for (const { from, to } of rtcpFrom(a)) {
      assert.deepEqual([from.port, to.port], [a.address.port + 1, b.address.port + 1])
    }
  })

  it('goes over the RTP ports where both agreed to that', async () => {
    const { network, a, b, rtcpFrom } = call({ rtcpMux: true })
    network.advance(7000)
    const [report] = rtcpFrom(a)
    assert.deepEqual([report?.from, report?.to], [a.address, b.address])
    const stats = await b.stats()
    assert.deepEqual([stats.packetsIgnored, stats.packetsLost], [0, 0])
    assert.ok(stats.atPeer)
  })

  it('reports as a sender while it sends, as a receiver on hold', () => {
    const { network, a, b, rtcpFrom } = call()
    network.advance(7000)
    assert.equal(rtcpFrom(a).at(-1)?.bytes[1], SENDER_REPORT)
    a.connect({ ...PCMU, remote: b.address, direction: 'recvonly' })
    network.advance(20_000)
    assert.equal(rtcpFrom(a).at(-1)?.bytes[1], RECEIVER_REPORT)
    const [block] = blocksOf(rtcpFrom(a).at(-1) ?? assert.fail())
    assert.ok(block, 'of what it still hears')
    b.connect({ ...PCMU, remote: a.address, direction: 'inactive' })
    network.advance(20_000)
    assert.deepEqual(blocksOf(rtcpFrom(a).at(-1) ?? assert.fail()), [], 'nothing to report')
  })

  it('measures loss at both ends, the round trip and how it sounds', async () => {
    const { network, a, b } = call()
    // Every tenth of what A sends is lost; 40 ms there, 30 ms back.
    network.fate = (datagram) => {
      if (datagram.from.host === 'b') return [30]
      return !isRtcp(datagram) && datagram.n % 10 === 9 ? [] : [40]
    }
    network.advance(30_000)
    const [ofA, ofB] = [await a.close(), await b.close()]
    const lossAtB = ofB.packetsLost / (ofB.packetsLost + ofB.packetsReceived)
    assert.ok(Math.abs(lossAtB - 0.1) < 0.01, `${lossAtB}`)
    assert.ok(ofA.atPeer && Math.abs(ofA.atPeer.packetsLost / ofA.packetsSent - 0.1) < 0.03)
    for (const { roundTripMs = 0 } of [ofA, ofB]) assert.ok(Math.abs(roundTripMs - 70) <= 4)
    assert.ok((ofA.mos ?? 0) > 4.3, 'nothing was lost on the way to A')
    assert.ok((ofB.mos ?? 5) < 3.6 && (ofA.atPeer.mos ?? 5) < 3.6)
  })

  it('says what share was lost since the last report, and the jitter', () => {
    const { network, a, rtcpFrom, b } = call()
    network.fate = ({ from, n }) => (from.host === 'a' ? (n % 4 === 3 ? [] : [(n % 2) * 10]) : [0])
    network.advance(20_000)
    const [block] = blocksOf(rtcpFrom(b).at(-1) ?? assert.fail())
    assert.ok(block && Math.abs(block.fractionLost / 256 - 0.25) < 0.02)
    assert.ok(block.jitter > 20 && block.jitter < 90, `${block.jitter} samples`)
    assert.ok(a.address.port)
  })

  it('says goodbye at the end, unless it never said anything', async () => {
    const { network, a, b, rtcpFrom } = call()
    network.advance(100)
    await a.close()
    const [bye] = rtcpFrom(a)
    assert.equal(byesOf(bye ?? assert.fail()).length, 1)
    const silent = network.engine('c').openStream()
    await silent.close()
    b.connect({ ...PCMU, remote: { host: 'a', port: 65_535 } })
    network.advance(10_000)
    assert.ok(
      network.sent.every(({ to }) => to.port <= 65_535),
      'there is no port after the last',
    )
    assert.ok(!network.sent.some(({ from }) => from.host === 'c'))
  })

  it('takes RTCP from another port of the host, once, and from no other host', async () => {
    const { network, a, b } = call()
    network.advance(100)
    const to = { host: a.address.host, port: a.address.port + 1 }
    const bytes = rtcp({ ssrc: 1 })
    network.send({ host: 'stranger', port: b.address.port + 1 }, to, bytes)
    network.advance(20)
    assert.equal((await a.stats()).packetsIgnored, 1)
    network.send({ host: 'b', port: 555 }, to, bytes)
    network.advance(20)
    network.send({ host: 'b', port: 777 }, to, bytes)
    network.advance(5000)
    assert.ok((await a.stats()).packetsIgnored > 1)
    const toB = network.sent.filter((sent) => isRtcp(sent) && sent.from.host === 'a').at(-1)
    assert.deepEqual(toB?.to, { host: 'b', port: 555 })
  })

  it('follows RTP to the host that it turned out to be on', () => {
    const network = new SimulatedNetwork()
    const a = network.engine('a').openStream()
    a.connect({ ...PCMU, remote: { host: '10.0.0.1', port: 4000 }, latch: 'any' })
    const packet = { marker: false, payloadType: 0, timestamp: 0, ssrc: 9 }
    for (const sequence of [1, 2]) {
      const payload = new Uint8Array(160)
      network.send(
        { host: 'nat', port: 7000 },
        a.address,
        formatRtpPacket({ ...packet, sequence, payload }),
      )
    }
    network.advance(5000)
    assert.deepEqual(network.sent.filter(isRtcp).at(-1)?.to, { host: 'nat', port: 7001 })
  })

  it('counts what is no RTCP as ignored, and reports of other sources as nothing', async () => {
    const { network, a } = call()
    network.advance(20)
    const [from, to] = [
      { host: 'b', port: 40_001 },
      { host: 'a', port: a.address.port + 1 },
    ]
    network.send(from, to, Uint8Array.of(1, 2, 3))
    const block = {
      ssrc: 4711,
      fractionLost: 255,
      packetsLost: 9,
      extendedSequence: 1,
      jitter: 1,
      lastSenderReport: 1,
      delaySinceLastSenderReport: 1,
    }
    network.send(from, to, rtcp({ block }))
    network.advance(20)
    const { packetsIgnored, atPeer, roundTripMs } = await a.stats()
    assert.deepEqual([packetsIgnored, atPeer, roundTripMs], [1, undefined, undefined])
  })
})
