/**
 * A capture file as libpcap writes it (draft-ietf-opsawg-pcap): a header, then each packet with its time.
 * The packets are whole IP packets (LINKTYPE_RAW): there is no Ethernet that could be shown.
 */
import { isIPv6 } from 'node:net'

/** Microseconds, version 2.4. */
const MAGIC = 0xa1b2c3d4
const LINKTYPE_RAW = 101
const FILE_HEADER_BYTES = 24
const PACKET_HEADER_BYTES = 16
const LARGEST_PACKET = 0xffff
const UDP_HEADER_BYTES = 8
const IPV4_HEADER_BYTES = 20
const IPV6_HEADER_BYTES = 40
const UDP = 17
const HOPS = 64
const PIECE_BYTES = 2 ** 16

export interface Datagram {
  /** Since 1970, with a fraction. */
  readonly atMs: number
  readonly from: Endpoint
  readonly to: Endpoint
  readonly payload: Uint8Array
}

/** `host`: an IP address. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** UDP datagrams as a file that Wireshark opens, in the order of their times; piece by piece. */
export function* pcapPieces(datagrams: readonly Datagram[]): Generator<Buffer> {
  const sorted = datagrams.toSorted((one, other) => one.atMs - other.atMs)
  let piece = [fileHeader()]
  let bytes = 0
  for (const datagram of sorted) {
    piece.push(...packetOf(datagram))
    bytes += datagram.payload.length
    if (bytes < PIECE_BYTES) continue
    yield Buffer.concat(piece)
    piece = []
    bytes = 0
  }
  if (piece.length > 0) yield Buffer.concat(piece)
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(FILE_HEADER_BYTES)
  header.writeUInt32LE(MAGIC, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(LARGEST_PACKET, 16)
  header.writeUInt32LE(LINKTYPE_RAW, 20)
  return header
}

function packetOf(datagram: Datagram): Buffer[] {
  const packet = ipPacket(datagram)
  const micros = Math.round(datagram.atMs * 1000)
  const header = Buffer.alloc(PACKET_HEADER_BYTES)
  header.writeUInt32LE(Math.floor(micros / 1e6), 0)
  header.writeUInt32LE(micros % 1e6, 4)
  header.writeUInt32LE(packet.length, 8)
  header.writeUInt32LE(packet.length, 12)
  return [header, packet]
}

/** RFC 768 in RFC 791 or RFC 8200. */
function ipPacket({ from, to, payload }: Datagram): Buffer {
  const isV6 = isIPv6(from.host) || isIPv6(to.host)
  const [source, destination] = [octetsOf(from.host, isV6), octetsOf(to.host, isV6)]
  const udp = Buffer.concat([Buffer.alloc(UDP_HEADER_BYTES), payload])
  udp.writeUInt16BE(from.port, 0)
  udp.writeUInt16BE(to.port, 2)
  udp.writeUInt16BE(udp.length, 4)
  const pseudo = Buffer.concat([source, destination, Buffer.from([0, UDP, 0, 0])])
  pseudo.writeUInt16BE(udp.length, pseudo.length - 2)
  // A sum of nothing is sent as all ones: nothing means that there is none.
  udp.writeUInt16BE(checksum(Buffer.concat([pseudo, udp])) || 0xffff, 6)
  const header = isV6 ? ipv6Header(udp.length) : ipv4Header(udp.length)
  source.copy(header, header.length - 2 * source.length)
  destination.copy(header, header.length - destination.length)
  if (!isV6) header.writeUInt16BE(checksum(header), 10)
  return Buffer.concat([header, udp])
}

function ipv4Header(payloadBytes: number): Buffer {
  const header = Buffer.alloc(IPV4_HEADER_BYTES)
  header[0] = 0x45
  header.writeUInt16BE(IPV4_HEADER_BYTES + payloadBytes, 2)
  header[8] = HOPS
  header[9] = UDP
  return header
}

function ipv6Header(payloadBytes: number): Buffer {
  const header = Buffer.alloc(IPV6_HEADER_BYTES)
  header[0] = 0x60
  header.writeUInt16BE(payloadBytes, 4)
  header[6] = UDP
  header[7] = HOPS
  return header
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** In IPv6, an IPv4 address is mapped (RFC 4291 section 2.5.5.2). */
function octetsOf(host: string, isV6: boolean): Buffer {
  if (!isV6) return Buffer.from(host.split('.').map(Number))
  const plain = host.split('%', 1)[0] ?? ''
  if (!isIPv6(plain)) {
    return Buffer.from([...Array(10).fill(0), 0xff, 0xff, ...host.split('.').map(Number)])
  }
  const groups = new URL(`http://[${plain}]/`).hostname.slice(1, -1)
  const [head = '', tail] = groups.split('::')
  const [left, right] = [hextets(head), hextets(tail ?? '')]
  const gap = Array<number>(8 - left.length - right.length).fill(0)
  return Buffer.from([...left, ...gap, ...right].flatMap((word) => [word >> 8, word & 0xff]))
}

function hextets(text: string): number[] {
  return text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16))
}
