import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { silentLogger, systemClock } from '#base'
import { RtpPeer } from '#test/rtp-peer'
import { MediaEngine } from './media-engine.ts'
import { readRtcp } from './rtcp/rtcp-packet.ts'

const BASE = { log: silentLogger, clock: systemClock, host: '127.0.0.1', skipAfterMs: 10_000 }
const PCMU = { codec: 'PCMU', payloadType: 0 } as const

/** The sources that say goodbye in a datagram. */
function goodbyes(bytes: Uint8Array): number[] {
  const gone: number[] = []
  const onBye = (ssrc: number): void => void gone.push(ssrc)
  readRtcp(bytes, bytes.length, { onSenderReport() {}, onReportBlock() {}, onBye })
  return gone
}

async function openOddPeer(): Promise<RtpPeer> {
  const peer = await RtpPeer.open()
  if (peer.address.port % 2 === 1) return peer
  const odd = await openOddPeer()
  peer.close()
  return odd
}

for (const driver of ['raw', 'dgram'] as const) {
  const skip =
    driver === 'raw' && process.platform !== 'linux' ? 'the raw driver is for Linux' : false

  describe(`RTCP over real sockets with the ${driver} driver`, { concurrency: true, skip }, () => {
    const engine = new MediaEngine({ ...BASE, driver })
    before(() => engine.start())
    after(() => engine.stop())

    it('leaves the port after RTP’s, to where RTCP was announced', async () => {
      const [rtp, rtcp] = [await RtpPeer.open(), await RtpPeer.open()]
      const stream = await engine.openStream()
      stream.connect({ ...PCMU, remote: rtp.address, rtcp: rtcp.address })
      const [packet] = await rtp.waitFor((all) => all.length >= 2)
      await stream.close()
      const [report] = await rtcp.waitForDatagrams((all) => all.length > 0)
      assert.deepEqual(goodbyes(report ?? assert.fail()), [packet?.ssrc])
      assert.equal(rtcp.sources[0]?.port, stream.address.port + 1)
      for (const peer of [rtp, rtcp]) peer.close()
    })

    it('shares the RTP port where both agreed to that', async () => {
      const peer = await RtpPeer.open()
      const stream = await engine.openStream()
      stream.connect({ ...PCMU, remote: peer.address, rtcpMux: true })
      await peer.waitForDatagrams((all) => all.length >= 2)
      await stream.close()
      await peer.waitForDatagrams((all) => all.some((bytes) => goodbyes(bytes).length > 0))
      assert.ok(peer.sources.every(({ port }) => port === stream.address.port))
      peer.close()
    })

    it('passes over a port whose neighbour is taken', async () => {
      const taken = await openOddPeer()
      const odd = taken.address.port
      const ports = { low: odd - 1, high: odd + 22 }
      const other = new MediaEngine({ ...BASE, driver, ports })
      await other.start()
      const stream = await other.openStream()
      assert.ok(stream.address.port > odd)
      await other.stop()
      taken.close()
    })
  })
}
