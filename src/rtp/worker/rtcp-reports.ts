import { FRAME_MS, SAMPLES_PER_MS } from '../codec.ts'
import type { ReceptionTable } from '../reception.ts'
import { rtcpInterval } from '../rtcp/rtcp-interval.ts'
import {
  MAX_REPORT_BYTES,
  ntpMiddle,
  type ReportBlock,
  type RtcpListener,
  readRtcp,
  type SenderInfo,
  writeRtcp,
} from '../rtcp/rtcp-packet.ts'
import { type MediaAddress, rtcpAddress } from '../sdp/negotiation.ts'
import type { PacketOrigin, UdpDriver } from '../udp/driver.ts'
import type { ConnectCommand, OpenCommand } from './messages.ts'
import type { Outbound } from './outbound.ts'

const MAX_PORT = 65_535
const UDP_IP_BYTES = 28
/** The first guess at a packet's size (RFC 3550 section 6.3.2), and how fast it follows (6.3.3). */
const PROBABLE_BYTES = 100
const AVERAGE_SHARE = 1 / 16
const MIDDLE_UNITS_PER_MS = 65.536

/** What the peer's last report said of our packets. */
export interface PeerReport {
  readonly packetsLost: number
  readonly jitterMs: number
  /** How many had been sent when it came. */
  readonly packetsSent: number
}

/** One stream's part in RTCP. */
class Member {
  readonly ssrc: number
  readonly cname: string
  /** Where its RTCP comes and goes: the index of its own socket, or that of RTP. */
  index: number
  connected = false
  latched = false
  dueTick = Number.POSITIVE_INFINITY
  reported = false
  averageBytes = PROBABLE_BYTES
  /** Our RTP packets at the last report, and at the one before (section 6.3.8). */
  sentAtLast = 0
  sentAtLastButOne = 0
  /** The peer's last sender report, and when it came. */
  lastSenderReport = 0
  lastSenderReportMs = 0
  roundTripMs: number | undefined
  peer: PeerReport | undefined

  constructor({ ssrc, cname }: OpenCommand, index: number) {
    this.ssrc = ssrc
    this.cname = cname
    this.index = index
  }
}

/**
 * RTCP of all streams (RFC 3550 section 6): reports at the intervals of section 6.2, goodbye at the
 * end, and what the peers' reports say. A stream's own RTCP socket has the index `capacity + i`.
 */
export class RtcpReports implements RtcpListener {
  readonly #capacity: number
  readonly #driver: UdpDriver
  readonly #reception: ReceptionTable
  readonly #outbound: Outbound
  readonly #monotonicMs: () => number
  readonly #wallMs: () => number
  readonly #chance: () => number
  readonly #members: (Member | undefined)[]
  readonly #packet = new Uint8Array(MAX_REPORT_BYTES)
  readonly #block: ReportBlock = {
    ssrc: 0,
    fractionLost: 0,
    packetsLost: 0,
    extendedSequence: 0,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceLastSenderReport: 0,
  }
  /** Of the packet that is being read. */
  #reading = 0

  constructor(options: {
    readonly capacity: number
    readonly driver: UdpDriver
    readonly reception: ReceptionTable
    readonly outbound: Outbound
    readonly monotonicMs: () => number
    /** Milliseconds since 1970; it may stand off, but must not jump. */
    readonly wallMs: () => number
    readonly chance: () => number
  }) {
    this.#capacity = options.capacity
    this.#driver = options.driver
    this.#reception = options.reception
    this.#outbound = options.outbound
    this.#monotonicMs = options.monotonicMs
    this.#wallMs = options.wallMs
    this.#chance = options.chance
    this.#members = new Array(options.capacity).fill(undefined)
  }

  open(i: number, command: OpenCommand): void {
    this.#members[i] = new Member(command, this.#capacity + i)
  }

  connect(i: number, { rtcpMux, rtcp }: ConnectCommand, canSend: boolean, tick: number): void {
    const member = this.#members[i]
    if (!member) return
    member.index = rtcpMux ? i : this.#capacity + i
    member.connected = canSend
    if (!rtcpMux && canSend) this.#direct(member, rtcp)
    if (member.dueTick === Number.POSITIVE_INFINITY) member.dueTick = tick + this.#intervalTicks(i)
  }

  /** RTP comes from elsewhere than was announced: so will RTCP, a port higher. */
  moveTo(i: number, remote: MediaAddress): void {
    const member = this.#members[i]
    if (!member || member.index === i) return
    if (this.#driver.remote(member.index)?.host !== remote.host) {
      this.#direct(member, rtcpAddress(remote))
    }
  }

  /** Whether RTCP of this stream comes on its RTP socket. */
  isMuxed(i: number): boolean {
    return this.#members[i]?.index === i
  }

  /** Once in every frame of the stream. */
  tick(i: number, tick: number): void {
    const member = this.#members[i]
    if (!member || tick < member.dueTick) return
    if (member.connected) this.#send(i, member, false)
    member.dueTick = tick + this.#intervalTicks(i)
  }

  /** Says goodbye, where anything was ever sent (section 6.3.7). */
  close(i: number): void {
    const member = this.#members[i]
    const hasSpoken = member?.reported || (this.#outbound.packetsSent[i] ?? 0) > 0
    if (member?.connected && hasSpoken) this.#send(i, member, true)
    this.#members[i] = undefined
  }

  roundTripMs(i: number): number | undefined {
    return this.#members[i]?.roundTripMs
  }

  peerReport(i: number): PeerReport | undefined {
    return this.#members[i]?.peer
  }

  /** False where it is no RTCP, or comes from another host than the stream talks to. */
  receive(i: number, bytes: Uint8Array, length: number, origin: PacketOrigin): boolean {
    const member = this.#members[i]
    if (!member || origin === 'other-host') return false
    const isElsewhere = origin === 'other-port'
    if (isElsewhere && (member.latched || member.index === i)) return false
    this.#reading = i
    if (!readRtcp(bytes, length, this)) return false
    if (isElsewhere) this.#driver.adoptSource(member.index)
    member.latched = true
    this.#average(member, length)
    return true
  }

  onSenderReport(ssrc: number, ntpMiddle: number): void {
    const member = this.#members[this.#reading]
    if (!member || ssrc !== this.#reception.ssrc(this.#reading)) return
    member.lastSenderReport = ntpMiddle
    member.lastSenderReportMs = this.#monotonicMs()
  }

  onReportBlock(block: Readonly<ReportBlock>): void {
    const member = this.#members[this.#reading]
    if (!member || block.ssrc !== member.ssrc) return
    member.peer = {
      packetsLost: block.packetsLost,
      jitterMs: block.jitter / (SAMPLES_PER_MS * this.#outbound.clockScale(this.#reading)),
      packetsSent: this.#outbound.packetsSent[this.#reading] ?? 0,
    }
    if (block.lastSenderReport === 0) return
    const now = ntpMiddle(this.#wallMs())
    const roundTrip = (now - block.lastSenderReport - block.delaySinceLastSenderReport) | 0
    // A peer's rounding may make the shortest ones a little less than nothing.
    member.roundTripMs = Math.max(0, roundTrip / MIDDLE_UNITS_PER_MS)
  }

  onBye(ssrc: number): void {
    this.#reception.end(this.#reading, ssrc)
  }

  #direct(member: Member, rtcp: MediaAddress): void {
    // There is no port after the last.
    if (rtcp.port > MAX_PORT) {
      member.connected = false
      return
    }
    const known = this.#driver.remote(member.index)
    if (known?.host === rtcp.host && known.port === rtcp.port) return
    this.#driver.connect(member.index, rtcp)
    member.latched = false
  }

  #send(i: number, member: Member, bye: boolean): void {
    const length = writeRtcp(this.#packet, {
      ssrc: member.ssrc,
      sender: this.#senderInfo(i, member),
      block: this.#blockOf(i, member),
      cname: member.cname,
      bye,
    })
    this.#driver.send(member.index, this.#packet, length)
    this.#average(member, length)
    member.reported = true
    member.sentAtLastButOne = member.sentAtLast
    member.sentAtLast = this.#outbound.packetsSent[i] ?? 0
  }

  #senderInfo(i: number, member: Member): SenderInfo | undefined {
    const packets = this.#outbound.packetsSent[i] ?? 0
    if (packets === member.sentAtLastButOne) return undefined
    return {
      wallMs: this.#wallMs(),
      timestamp: this.#outbound.timestamp(i),
      packets,
      octets: this.#outbound.octetsSent[i] ?? 0,
    }
  }

  /** Section 6.4: of sources that were heard since the last report. */
  #blockOf(i: number, member: Member): ReportBlock | undefined {
    const reception = this.#reception
    if (!reception.isStarted(i) || reception.receivedSinceReport(i) === 0) return undefined
    const block = this.#block
    block.ssrc = reception.ssrc(i)
    block.packetsLost = reception.lostOfSource(i)
    block.fractionLost = reception.takeFractionLost(i)
    block.extendedSequence = reception.extendedSequence(i)
    // Section 6.4.1: in units of timestamps.
    block.jitter = reception.jitterSamples(i) * this.#outbound.clockScale(i)
    block.lastSenderReport = member.lastSenderReport
    const sinceMs = this.#monotonicMs() - member.lastSenderReportMs
    block.delaySinceLastSenderReport =
      member.lastSenderReport === 0 ? 0 : Math.floor(sinceMs * MIDDLE_UNITS_PER_MS)
    return block
  }

  #intervalTicks(i: number): number {
    const member = this.#members[i]
    const weSend = (this.#outbound.packetsSent[i] ?? 0) !== member?.sentAtLastButOne
    const theySend = this.#reception.isStarted(i) && this.#reception.receivedSinceReport(i) > 0
    const intervalMs = rtcpInterval({
      members: 2,
      senders: (weSend ? 1 : 0) + (theySend ? 1 : 0),
      weSend,
      isFirst: member?.reported !== true,
      averageBytes: member?.averageBytes ?? PROBABLE_BYTES,
      chance: this.#chance(),
    })
    return Math.max(1, Math.round(intervalMs / FRAME_MS))
  }

  #average(member: Member, length: number): void {
    member.averageBytes += (length + UDP_IP_BYTES - member.averageBytes) * AVERAGE_SHARE
  }
}
