import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '#base'
import type { MediaStream } from '../media-stream.ts'
import { type CapturedPacket, readCapture } from '../packet-capture.ts'
import { SimulatedNetwork } from '../simulated-network.ts'
import { srtpKeys } from '../srtp/srtp-key.ts'
import { Capturer } from './capturer.ts'

const PCMU = { codec: 'PCMU', payloadType: 0 } as const
const HEARD_MS = 12_000

/** What passes at a stream, from now on. */
function captureOf(stream: MediaStream, maxBytes = 1e6) {
  const pieces: Uint8Array[] = []
  const capture = { leftOut: 0, packets: (): CapturedPacket[] => [] }
  stream.capture(maxBytes, (piece, { leftOut }) => {
    pieces.push(piece)
    capture.leftOut += leftOut
  })
  capture.packets = () => [...readCapture(Buffer.concat(pieces))]
  return capture
}

const hexOf = (packets: readonly CapturedPacket[]): string[] =>
  packets.map(({ bytes }) => Buffer.from(bytes).toString('hex'))

describe('a capture', () => {
  for (const suite of [undefined, 0, 1]) {
    const name = suite === undefined ? 'in the clear' : `of SRTP suite ${suite}`
    it(`has all packets ${name} both ways, RTCP too, as they were before they were sealed`, async () => {
      const network = new SimulatedNetwork()
      const [a, b] = [network.engine('a').openStream(), network.engine('b').openStream()]
      const keyOf = (end: string) => srtpKeys('sdes', seededRandom(end))[suite ?? 0]!
      const srtp = { local: keyOf('a'), remote: keyOf('b') }
      const back = { local: srtp.remote, remote: srtp.local }
      const [here, there] = [captureOf(a), captureOf(b)]
      a.connect({ ...PCMU, remote: b.address, ...(suite === undefined ? {} : { srtp }) })
      b.connect({ ...PCMU, remote: a.address, ...(suite === undefined ? {} : { srtp: back }) })
      network.advance(HEARD_MS)
      const { packetsSent } = await a.close()
      network.advance(10)
      await b.close()

      const sent = here.packets().filter((packet) => packet.sent)
      const received = there.packets().filter((packet) => !packet.sent)
      assert.deepEqual(hexOf(received), hexOf(sent))
      const isRtp = ({ ownPort }: CapturedPacket): boolean => ownPort === a.address.port
      assert.equal(sent.filter(isRtp).length, packetsSent)
      const rtcp = sent.filter((packet) => !isRtp(packet))
      assert.ok(rtcp.length >= 2 && rtcp.every(({ ownPort }) => ownPort === a.address.port + 1))
      assert.deepEqual(
        [sent[0]?.remote, received[0]?.remote, rtcp[0]?.remote.port],
        [b.address, a.address, b.address.port + 1],
      )
      const onWire = network.sent.filter(({ from }) => from.host === 'a')
      assert.equal(onWire.length, sent.length)
      const isSealed = hexOf(onWire as never).join() !== hexOf(sent).join()
      assert.equal(isSealed, suite !== undefined)
    })
  }

  it('ends when it has so much, and counts the rest', async () => {
    const network = new SimulatedNetwork()
    const stream = network.engine('a').openStream()
    const capture = captureOf(stream, 10 * 189)
    stream.connect({ ...PCMU, remote: { host: 'b', port: 4000 } })
    network.advance(400)
    const { packetsSent } = await stream.close()
    assert.equal(capture.packets().length, 10)
    assert.ok(packetsSent > 10 && capture.leftOut >= packetsSent - 10)
  })

  it('comes in pieces, none of which ends within a packet', () => {
    const pieces: Uint8Array[] = []
    const capturer = new Capturer(1e6, (piece) => pieces.push(piece))
    const way = { remote: { host: '2001:db8::1', port: 65_535 }, ownPort: 4001 }
    const packets = Array.from({ length: 200 }, (_, n) => new Uint8Array(1400).fill(n))
    for (const bytes of packets) capturer.note(true, way, bytes)
    capturer.flush()
    assert.ok(pieces.length > 2)
    const read = pieces.flatMap((piece) => [...readCapture(piece)])
    assert.deepEqual(
      read.map(({ bytes }) => bytes),
      packets,
    )
    const { atMs: _, bytes: __, ...first } = read[0]!
    assert.deepEqual(first, { sent: true, ...way })
  })
})
