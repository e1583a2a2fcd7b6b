/** SRTP and SRTCP of one stream, RFC 3711 section 3.3. */
import { uint16, uint32 } from '../octets.ts'
import { rtpHeaderBytes } from '../packet.ts'
import { type PacketCipher, packetCipher, type RtpIndex } from './packet-cipher.ts'
import { ReplayWindow } from './replay-window.ts'
import type { SrtpKey, SrtpKeys } from './srtp-key.ts'

const SEQUENCES = 0x1_0000
const HALF = 0x8000
const MAX_ROC = 0xffff_ffff
const LEAST_RTCP_BYTES = 8
const INDEX_BITS = 0x7fff_ffff
/**
 * Sources of one peer whose packets are told apart: a call has one or two. To forget one would let
 * what it sent be played again.
 */
const MAX_SOURCES = 64

/** A source that the peer sends from. */
class Source {
  roc = 0
  highest: number
  readonly rtp = new ReplayWindow()

  constructor(sequence: number) {
    this.highest = sequence
  }
}

export class SrtpStream {
  #keys: SrtpKeys
  #sealing: PacketCipher
  #opening: PacketCipher
  readonly #index: RtpIndex = { ssrc: 0, roc: 0, sequence: 0 }
  #sentRoc = 0
  #sentSequence = -1
  #sentRtcp = 0
  #sources = new Map<number, Source>()
  #rtcpSources = new Map<number, ReplayWindow>()

  constructor(keys: SrtpKeys) {
    this.#keys = keys
    this.#sealing = packetCipher(keys.local)
    this.#opening = packetCipher(keys.remote)
  }

  /** A new offer or answer: keys that stay go on with their counts. */
  rekey(keys: SrtpKeys): void {
    if (!isSameKey(keys.local, this.#keys.local)) {
      this.#sealing = packetCipher(keys.local)
      this.#sentRtcp = 0
      // Departs from RFC 3711 section 3.3.1: because keys that come by SDP begin a new context
      // (RFC 4568 section 7.1.4), the count of wraps begins anew with them.
      this.#sentRoc = 0
    }
    if (!isSameKey(keys.remote, this.#keys.remote)) {
      this.#opening = packetCipher(keys.remote)
      this.#sources = new Map()
      this.#rtcpSources = new Map()
    }
    this.#keys = keys
  }

  /** Protects the first `length` of `bytes` in place. Returns the new length. */
  sealRtp(bytes: Uint8Array, length: number): number {
    const sequence = uint16(bytes, 2)
    if (sequence < this.#sentSequence) this.#sentRoc++
    this.#sentSequence = sequence
    const clear = rtpHeaderBytes(bytes, length)
    return this.#sealing.sealRtp(bytes, clear, length, this.#indexOf(bytes, this.#sentRoc))
  }

  sealRtcp(bytes: Uint8Array, length: number): number {
    const index = this.#sentRtcp
    this.#sentRtcp = (index + 1) & INDEX_BITS
    return this.#sealing.sealRtcp(bytes, length, index)
  }

  /** Opens in place. Returns the new length; −1 for what is malformed, not authentic or was here before. */
  openRtp(bytes: Uint8Array, length: number): number {
    const clear = rtpHeaderBytes(bytes, length)
    if (clear < 0) return -1
    const [ssrc, sequence] = [uint32(bytes, 8), uint16(bytes, 2)]
    const known = this.#sources.get(ssrc)
    if (!known && this.#sources.size >= MAX_SOURCES) return -1
    const source = known ?? new Source(sequence)
    const roc = guessRoc(source, sequence)
    const packetIndex = roc * SEQUENCES + sequence
    if (roc < 0 || roc > MAX_ROC || !source.rtp.isNew(packetIndex)) return -1
    const opened = this.#opening.openRtp(bytes, clear, length, this.#indexOf(bytes, roc))
    if (opened < 0) return -1
    if (!known) this.#sources.set(ssrc, source)
    source.rtp.note(packetIndex)
    if (packetIndex > source.roc * SEQUENCES + source.highest) {
      source.roc = roc
      source.highest = sequence
    }
    return opened
  }

  openRtcp(bytes: Uint8Array, length: number): number {
    const indexAt = this.#opening.rtcpIndexAt(length)
    if (indexAt < LEAST_RTCP_BYTES) return -1
    const index = uint32(bytes, indexAt) & INDEX_BITS
    const ssrc = uint32(bytes, 4)
    const known = this.#rtcpSources.get(ssrc)
    if (!known && this.#rtcpSources.size >= MAX_SOURCES) return -1
    const window = known ?? new ReplayWindow()
    if (!window.isNew(index)) return -1
    const opened = this.#opening.openRtcp(bytes, length)
    if (opened < 0) return -1
    if (!known) this.#rtcpSources.set(ssrc, window)
    window.note(index)
    return opened
  }

  #indexOf(bytes: Uint8Array, roc: number): RtpIndex {
    this.#index.ssrc = uint32(bytes, 8)
    this.#index.roc = roc
    this.#index.sequence = uint16(bytes, 2)
    return this.#index
  }
}

/** Appendix A: the wrap that brings the packet closest to the highest one. */
function guessRoc({ roc, highest }: Source, sequence: number): number {
  if (highest < HALF) return sequence - highest > HALF ? roc - 1 : roc
  return highest - HALF > sequence ? roc + 1 : roc
}

function isSameKey(a: SrtpKey, b: SrtpKey): boolean {
  const isSame = (left: Uint8Array, right: Uint8Array): boolean =>
    left.length === right.length && left.every((octet, n) => octet === right[n])
  return (
    a.suite === b.suite && isSame(a.masterKey, b.masterKey) && isSame(a.masterSalt, b.masterSalt)
  )
}
