/**
 * RTCP packets, RFC 3550 section 6: sender and receiver reports, CNAME and BYE, always as a compound.
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|   RC    |      PT       |  length in words, minus one   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        SSRC of sender                         |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 */
import { octet, putUint16, putUint32, uint16, uint32 } from '../octets.ts'

const VERSION_BITS = 0x80
const PADDING_BIT = 0x20
const SENDER_REPORT = 200
const RECEIVER_REPORT = 201
const SOURCE_DESCRIPTION = 202
const BYE = 203
const CNAME = 1
const HEADER_BYTES = 8
const SENDER_INFO_BYTES = 20
const BLOCK_BYTES = 24
const MAX_LOST = 0x7f_ffff
const SECONDS_1900_TO_1970 = 2_208_988_800

/** More than our longest: SR, one block, SDES with a CNAME of 16 characters, BYE. */
export const MAX_REPORT_BYTES = 128

/** What one receiver says of one source (section 6.4.1). */
export interface ReportBlock {
  ssrc: number
  /** Of 256, since the report before. */
  fractionLost: number
  /** Cumulative; below 0 where packets were doubled. */
  packetsLost: number
  extendedSequence: number
  /** In units of the timestamp. */
  jitter: number
  /** The middle 32 bits of the NTP time of the last sender report that was received; 0 for none. */
  lastSenderReport: number
  /** Since then, in 1/65536 s. */
  delaySinceLastSenderReport: number
}

/** What a sender says of itself. */
export interface SenderInfo {
  /** Milliseconds since 1970. */
  readonly wallMs: number
  readonly timestamp: number
  readonly packets: number
  readonly octets: number
}

export interface Report {
  readonly ssrc: number
  /** Absent: a receiver report. */
  readonly sender?: SenderInfo | undefined
  readonly block?: Readonly<ReportBlock> | undefined
  /** RFC 7022: 16 characters. */
  readonly cname: string
  readonly bye: boolean
}

/** Is told what a compound holds. `block` is only lent. */
export interface RtcpListener {
  /** `ntpMiddle`: the middle 32 bits of its NTP time. */
  onSenderReport(ssrc: number, ntpMiddle: number): void
  onReportBlock(block: Readonly<ReportBlock>): void
  onBye(ssrc: number): void
}

const block: ReportBlock = {
  ssrc: 0,
  fractionLost: 0,
  packetsLost: 0,
  extendedSequence: 0,
  jitter: 0,
  lastSenderReport: 0,
  delaySinceLastSenderReport: 0,
}

/**
 * Whether a packet on a port that carries both is RTCP (RFC 5761 section 4): payload types 64–95 with
 * the marker are left to it.
 */
export function looksLikeRtcp(bytes: Uint8Array, length: number): boolean {
  return length >= HEADER_BYTES && octet(bytes, 1) >= 192 && octet(bytes, 1) <= 223
}

/** Reads the first `length` of `bytes`. False, with nothing told, where it is no whole compound. */
export function readRtcp(bytes: Uint8Array, length: number, listener: RtcpListener): boolean {
  if (length > bytes.length || !isCompound(bytes, length)) return false
  for (let at = 0; at < length; at += sizeAt(bytes, at)) {
    const type = octet(bytes, at + 1)
    const end = at + sizeAt(bytes, at)
    if (type === SENDER_REPORT) {
      listener.onSenderReport(uint32(bytes, at + 4), uint32(bytes, at + 10))
      readBlocks(bytes, at, at + HEADER_BYTES + SENDER_INFO_BYTES, listener)
    } else if (type === RECEIVER_REPORT) readBlocks(bytes, at, at + HEADER_BYTES, listener)
    else if (type === BYE) {
      const count = countAt(bytes, at)
      for (let n = 0; n < count && at + 8 + 4 * n <= end; n++) {
        listener.onBye(uint32(bytes, at + 4 + 4 * n))
      }
    }
  }
  return true
}

/** Appendix A.2, and every report is long enough for its blocks. */
function isCompound(bytes: Uint8Array, length: number): boolean {
  if (length < HEADER_BYTES || (octet(bytes, 0) & PADDING_BIT) !== 0) return false
  const first = octet(bytes, 1)
  if (first !== SENDER_REPORT && first !== RECEIVER_REPORT) return false
  let at = 0
  while (at + 4 <= length) {
    const type = octet(bytes, at + 1)
    if ((octet(bytes, at) & 0xc0) !== VERSION_BITS) return false
    const info = type === SENDER_REPORT ? SENDER_INFO_BYTES : 0
    const isReport = type === SENDER_REPORT || type === RECEIVER_REPORT
    const least = isReport ? HEADER_BYTES + info + countAt(bytes, at) * BLOCK_BYTES : 4
    if (sizeAt(bytes, at) < least) return false
    at += sizeAt(bytes, at)
  }
  return at === length
}

function readBlocks(bytes: Uint8Array, at: number, first: number, listener: RtcpListener): void {
  const count = countAt(bytes, at)
  for (let n = 0; n < count; n++) {
    const from = first + n * BLOCK_BYTES
    block.ssrc = uint32(bytes, from)
    block.fractionLost = octet(bytes, from + 4)
    block.packetsLost = (uint32(bytes, from + 4) << 8) >> 8
    block.extendedSequence = uint32(bytes, from + 8)
    block.jitter = uint32(bytes, from + 12)
    block.lastSenderReport = uint32(bytes, from + 16)
    block.delaySinceLastSenderReport = uint32(bytes, from + 20)
    listener.onReportBlock(block)
  }
}

function countAt(bytes: Uint8Array, at: number): number {
  return octet(bytes, at) & 0x1f
}

function sizeAt(bytes: Uint8Array, at: number): number {
  return 4 * (uint16(bytes, at + 2) + 1)
}

/** Writes a compound to the start of `bytes`, which has MAX_REPORT_BYTES. Returns its length. */
export function writeRtcp(bytes: Uint8Array, report: Report): number {
  let at = writeReport(bytes, report)
  at = writeCname(bytes, at, report)
  if (!report.bye) return at
  putHeader(bytes, at, 1, BYE, HEADER_BYTES)
  putUint32(bytes, at + 4, report.ssrc)
  return at + HEADER_BYTES
}

function writeReport(bytes: Uint8Array, { ssrc, sender, block }: Report): number {
  const blocksAt = HEADER_BYTES + (sender ? SENDER_INFO_BYTES : 0)
  const size = blocksAt + (block ? BLOCK_BYTES : 0)
  putHeader(bytes, 0, block ? 1 : 0, sender ? SENDER_REPORT : RECEIVER_REPORT, size)
  putUint32(bytes, 4, ssrc)
  if (sender) {
    const seconds = Math.floor(sender.wallMs / 1000)
    putUint32(bytes, 8, seconds + SECONDS_1900_TO_1970)
    putUint32(bytes, 12, Math.floor((sender.wallMs / 1000 - seconds) * 2 ** 32))
    putUint32(bytes, 16, sender.timestamp)
    putUint32(bytes, 20, sender.packets)
    putUint32(bytes, 24, sender.octets)
  }
  if (block) {
    putUint32(bytes, blocksAt, block.ssrc)
    putUint32(bytes, blocksAt + 4, Math.max(-MAX_LOST - 1, Math.min(MAX_LOST, block.packetsLost)))
    bytes[blocksAt + 4] = block.fractionLost
    putUint32(bytes, blocksAt + 8, block.extendedSequence)
    putUint32(bytes, blocksAt + 12, block.jitter)
    putUint32(bytes, blocksAt + 16, block.lastSenderReport)
    putUint32(bytes, blocksAt + 20, block.delaySinceLastSenderReport)
  }
  return size
}

/** Section 6.5: one chunk, its items ended by at least one zero and filled up to whole words. */
function writeCname(bytes: Uint8Array, at: number, { ssrc, cname }: Report): number {
  const size = HEADER_BYTES + 4 * Math.ceil((2 + cname.length + 1) / 4)
  bytes.fill(0, at, at + size)
  putHeader(bytes, at, 1, SOURCE_DESCRIPTION, size)
  putUint32(bytes, at + 4, ssrc)
  bytes[at + 8] = CNAME
  bytes[at + 9] = cname.length
  for (let n = 0; n < cname.length; n++) bytes[at + 10 + n] = cname.charCodeAt(n)
  return at + size
}

function putHeader(bytes: Uint8Array, at: number, count: number, type: number, size: number): void {
  bytes[at] = VERSION_BITS | count
  bytes[at + 1] = type
  putUint16(bytes, at + 2, size / 4 - 1)
}

/** The middle 32 bits of an NTP time (section 4): seconds in 16.16. */
export function ntpMiddle(wallMs: number): number {
  const seconds = wallMs / 1000 + SECONDS_1900_TO_1970
  return Math.floor((seconds % 65_536) * 65_536)
}
