/**
 * RTP data packets, RFC 3550 section 5.1.
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           timestamp                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           synchronization source (SSRC) identifier            |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |            contributing source (CSRC) identifiers             |
 * |                             ....                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * With X, a header extension follows: 16 bits of profile, 16 bits of length in 32-bit words, and so
 * many words. With P, the last octet of the packet says how many octets of padding it ends with.
 */
import { assert } from '#base'
import { octet, putUint16, putUint32, uint16, uint32 } from './octets.ts'

export const RTP_HEADER_BYTES = 12
const VERSION = 2

/** What a header says. One object serves for all packets: `readRtpHeader` fills it. */
export class RtpHeader {
  marker = false
  payloadType = 0
  sequence = 0
  timestamp = 0
  ssrc = 0
  payloadStart = 0
  payloadEnd = 0
}

/** Fills `header` from the first `length` of `bytes`. False, and undefined contents, if malformed. */
export function readRtpHeader(bytes: Uint8Array, length: number, header: RtpHeader): boolean {
  const start = rtpHeaderBytes(bytes, length)
  if (start < 0) return false
  let end = length
  if (octet(bytes, 0) & 0x20) {
    const padding = octet(bytes, length - 1)
    if (padding === 0) return false
    end -= padding
  }
  if (start > end) return false
  header.marker = (octet(bytes, 1) & 0x80) !== 0
  header.payloadType = octet(bytes, 1) & 0x7f
  header.sequence = uint16(bytes, 2)
  header.timestamp = uint32(bytes, 4)
  header.ssrc = uint32(bytes, 8)
  header.payloadStart = start
  header.payloadEnd = end
  return true
}

/** How long the header is, with its sources and extension; −1 if malformed. */
export function rtpHeaderBytes(bytes: Uint8Array, length: number): number {
  if (length < RTP_HEADER_BYTES || length > bytes.length) return -1
  const flags = octet(bytes, 0)
  if (flags >> 6 !== VERSION) return -1
  let end = RTP_HEADER_BYTES + 4 * (flags & 0x0f)
  if (flags & 0x10) {
    if (end + 4 > length) return -1
    end += 4 + 4 * uint16(bytes, end + 2)
  }
  return end > length ? -1 : end
}

export interface RtpPacket {
  readonly marker: boolean
  readonly payloadType: number
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly payload: Uint8Array
}

/** A packet by value; undefined if malformed. `payload` is a view of `bytes`. */
export function parseRtpPacket(bytes: Uint8Array): RtpPacket | undefined {
  const header = new RtpHeader()
  if (!readRtpHeader(bytes, bytes.length, header)) return undefined
  const { marker, payloadType, sequence, timestamp, ssrc, payloadStart, payloadEnd } = header
  const payload = bytes.subarray(payloadStart, payloadEnd)
  return { marker, payloadType, sequence, timestamp, ssrc, payload }
}

/** Without padding, extension or contributing sources. */
export function formatRtpPacket(packet: RtpPacket): Uint8Array<ArrayBuffer> {
  assert(packet.payloadType >= 0 && packet.payloadType <= 127, 'a payload type has 7 bits')
  const bytes = new Uint8Array(RTP_HEADER_BYTES + packet.payload.length)
  bytes[0] = VERSION << 6
  patchRtpHeader(bytes, packet.marker, packet.payloadType, packet.sequence, packet.timestamp)
  putUint32(bytes, 8, packet.ssrc)
  bytes.set(packet.payload, RTP_HEADER_BYTES)
  return bytes
}

/** Writes what changes from packet to packet over the header of one that was formatted before. */
export function patchRtpHeader(
  bytes: Uint8Array,
  marker: boolean,
  payloadType: number,
  sequence: number,
  timestamp: number,
): void {
  bytes[1] = (marker ? 0x80 : 0) | payloadType
  putUint16(bytes, 2, sequence)
  putUint32(bytes, 4, timestamp)
}
