import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Datagram, pcapPieces } from './format-pcap.ts'

const AT_MS = Date.UTC(2026, 2, 4, 5, 6, 7, 89)
const V4 = {
  from: { host: '192.0.2.1', port: 5060 },
  to: { host: '198.51.100.7', port: 4000 },
} as const

const formatPcap = (datagrams: readonly Datagram[]): Buffer =>
  Buffer.concat([...pcapPieces(datagrams)])

/** The sum of 16-bit words that a right checksum completes to all ones (RFC 1071). */
function sumOf(bytes: Buffer): number {
  let sum = 0
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
  for (let at = 0; at < even.length; at += 2) sum += even.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

describe('a pcap file', () => {
  it('begins as the specification says, and has whole IP packets in the order of time', () => {
    const datagrams = [
      { atMs: AT_MS + 20.5, ...V4, payload: Buffer.from('later') },
      { atMs: AT_MS, from: V4.to, to: V4.from, payload: Buffer.from('even') },
    ]
    const file = formatPcap(datagrams)
    assert.equal(
      file.subarray(0, 24).toString('hex'),
      'd4c3b2a1020004000000000000000000ffff000065000000',
    )
    const [seconds, micros] = [file.readUInt32LE(24), file.readUInt32LE(28)]
    assert.equal(seconds * 1000 + micros / 1000, AT_MS)
    assert.deepEqual([file.readUInt32LE(32), file.readUInt32LE(36)], [32, 32])
    const second = file.subarray(24 + 16 + 32)
    assert.equal(second.readUInt32LE(4) - micros, 20_500)
    const packet = second.subarray(16)
    assert.equal(packet.length, 20 + 8 + 5)
    assert.equal(packet.subarray(12, 24).toString('hex'), 'c0000201c633640713c40fa0')
    assert.equal(packet.subarray(28).toString(), 'later')
  })

  it('is the same in pieces, each of which is small', () => {
    const many = Array.from({ length: 2_000 }, (_, n) => {
      return { atMs: AT_MS + 20 * n, ...V4, payload: Buffer.alloc(172, n) }
    })
    const pieces = [...pcapPieces(many)]
    assert.ok(pieces.length > 2 && pieces.every(({ length }) => length < 100_000))
    const alone = many.flatMap((one) => [...pcapPieces([one])].map((file) => file.subarray(24)))
    assert.deepEqual(Buffer.concat(pieces).subarray(24), Buffer.concat(alone))
  })

  it('has right checksums, of IPv4 and IPv6', () => {
    const v4 = formatPcap([{ atMs: 0, ...V4, payload: Buffer.from('odd') }]).subarray(40)
    assert.equal(sumOf(v4.subarray(0, 20)), 0xffff)
    const pseudo4 = Buffer.concat([v4.subarray(12, 20), Buffer.from([0, 17, 0, 11])])
    assert.equal(sumOf(Buffer.concat([pseudo4, v4.subarray(20)])), 0xffff)

    const from = { host: '2001:db8::7%eth0', port: 1 }
    const v6 = formatPcap([{ atMs: 0, from, to: V4.to, payload: Buffer.from('odd') }]).subarray(40)
    const [source, destination] = [v6.subarray(8, 24), v6.subarray(24, 40)]
    assert.equal(source.toString('hex'), '20010db8000000000000000000000007')
    assert.equal(destination.toString('hex'), '00000000000000000000ffffc6336407')
    const pseudo6 = Buffer.concat([source, destination, Buffer.from([0, 0, 0, 11, 0, 0, 0, 17])])
    assert.equal(sumOf(Buffer.concat([pseudo6, v6.subarray(40)])), 0xffff)
  })
})
