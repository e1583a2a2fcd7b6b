/**
 * Packets of a call as they passed, in the clear, one after the other: each begins with
 *
 *      0       8    9           10            12         14        16
 *     +-------+----+-----------+-------------+----------+---------+--------+--------+
 *     | at    |sent|host length| remote port | own port | length  | host   | packet |
 *     +-------+----+-----------+-------------+----------+---------+--------+--------+
 *
 * `at`: binary64, milliseconds of the system's monotonic clock; all else unsigned, big-endian.
 */
import type { MediaAddress } from './sdp/negotiation.ts'

const HEADER_BYTES = 16

export interface CapturedPacket {
  readonly atMs: number
  readonly sent: boolean
  readonly remote: MediaAddress
  readonly ownPort: number
  readonly bytes: Uint8Array
}

/** How many octets `writeCaptured` writes of a packet of `length`. */
export function capturedBytes({ host }: MediaAddress, length: number): number {
  return HEADER_BYTES + host.length + length
}

/** Writes a packet at the beginning of `to`, which has room for it. */
export function writeCaptured(to: Uint8Array, packet: CapturedPacket): void {
  const { atMs, sent, remote, ownPort, bytes } = packet
  const { host, port } = remote
  const view = new DataView(to.buffer, to.byteOffset)
  view.setFloat64(0, atMs)
  view.setUint8(8, sent ? 1 : 0)
  view.setUint8(9, host.length)
  view.setUint16(10, port)
  view.setUint16(12, ownPort)
  view.setUint16(14, bytes.length)
  for (let n = 0; n < host.length; n++) to[HEADER_BYTES + n] = host.charCodeAt(n)
  to.set(bytes, HEADER_BYTES + host.length)
}

/** The packets of a capture, in the order in which they passed. */
export function* readCapture(capture: Uint8Array): Generator<CapturedPacket> {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.byteLength)
  for (let at = 0; at < capture.length; ) {
    const hostEnd = at + HEADER_BYTES + view.getUint8(at + 9)
    const end = hostEnd + view.getUint16(at + 14)
    const host = String.fromCharCode(...capture.subarray(at + HEADER_BYTES, hostEnd))
    yield {
      atMs: view.getFloat64(at),
      sent: view.getUint8(at + 8) === 1,
      remote: { host, port: view.getUint16(at + 10) },
      ownPort: view.getUint16(at + 12),
      bytes: capture.subarray(hostEnd, end),
    }
    at = end
  }
}
