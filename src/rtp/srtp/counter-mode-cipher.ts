/** AES in counter mode with HMAC-SHA1, RFC 3711 sections 4.1.1 and 4.2.1. */
import {
  type Cipheriv,
  createCipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
} from 'node:crypto'
import { putUint16, putUint32, uint32 } from '../octets.ts'
import type { PacketCipher, RtpIndex } from './packet-cipher.ts'
import type { SessionKeys } from './session-keys.ts'

const BLOCK = 16
const MAX_PACKET_BYTES = 2048
/** RFC 3711 section 5.2: RTCP is authenticated with 80 bits, whatever RTP is. */
const RTCP_TAG_BYTES = 10
const RTCP_CLEAR_BYTES = 8
const INDEX_BYTES = 4
const ENCRYPTED_BIT = 0x8000_0000

export class CounterModeCipher implements PacketCipher {
  readonly #rtp: Direction
  readonly #rtcp: Direction
  readonly #tagBytes: number
  readonly #roc = new Uint8Array(4)

  constructor(rtp: SessionKeys, rtcp: SessionKeys, tagBytes: 4 | 10) {
    this.#rtp = new Direction(rtp)
    this.#rtcp = new Direction(rtcp)
    this.#tagBytes = tagBytes
  }

  sealRtp(bytes: Uint8Array, clear: number, length: number, packet: RtpIndex): number {
    this.#crypt(bytes, clear, length, packet)
    bytes.set(this.#rtpTag(bytes, length, packet.roc), length)
    return length + this.#tagBytes
  }

  openRtp(bytes: Uint8Array, clear: number, length: number, packet: RtpIndex): number {
    const end = length - this.#tagBytes
    if (end < clear || !isEqual(bytes, end, this.#rtpTag(bytes, end, packet.roc))) return -1
    this.#crypt(bytes, clear, end, packet)
    return end
  }

  sealRtcp(bytes: Uint8Array, length: number, index: number): number {
    this.#rtcp.startAt(uint32(bytes, 4), 0, index)
    this.#rtcp.crypt(bytes, RTCP_CLEAR_BYTES, length)
    putUint32(bytes, length, (ENCRYPTED_BIT | index) >>> 0)
    const end = length + INDEX_BYTES
    bytes.set(this.#rtcp.authenticate(bytes, end).subarray(0, RTCP_TAG_BYTES), end)
    return end + RTCP_TAG_BYTES
  }

  openRtcp(bytes: Uint8Array, length: number): number {
    const indexAt = this.rtcpIndexAt(length)
    const end = indexAt + INDEX_BYTES
    if (indexAt < RTCP_CLEAR_BYTES) return -1
    const tag = this.#rtcp.authenticate(bytes, end).subarray(0, RTCP_TAG_BYTES)
    if (!isEqual(bytes, end, tag)) return -1
    const word = uint32(bytes, indexAt)
    if (word < ENCRYPTED_BIT) return indexAt
    this.#rtcp.startAt(uint32(bytes, 4), 0, word - ENCRYPTED_BIT)
    this.#rtcp.crypt(bytes, RTCP_CLEAR_BYTES, indexAt)
    return indexAt
  }

  rtcpIndexAt(length: number): number {
    return length - RTCP_TAG_BYTES - INDEX_BYTES
  }

  #crypt(bytes: Uint8Array, from: number, to: number, { ssrc, roc, sequence }: RtpIndex): void {
    // 48 bits of index: the upper 16, and the lower 32.
    this.#rtp.startAt(ssrc, roc >>> 16, ((roc << 16) | sequence) >>> 0)
    this.#rtp.crypt(bytes, from, to)
  }

  #rtpTag(bytes: Uint8Array, length: number, roc: number): Uint8Array {
    putUint32(this.#roc, 0, roc)
    return this.#rtp.authenticate(bytes, length, this.#roc).subarray(0, this.#tagBytes)
  }
}

/**
 * The keys of RTP or of RTCP. Counter mode is made of single blocks by a cipher that lives as long as
 * the stream: a new one for every packet would take three times as long.
 */
class Direction {
  readonly #blockCipher: Cipheriv
  readonly #authenticationKey: KeyObject
  readonly #salt: Uint8Array
  readonly #counters = new Uint8Array(MAX_PACKET_BYTES)

  constructor({ cipherKey, authenticationKey, salt }: SessionKeys) {
    this.#blockCipher = createCipheriv('aes-128-ecb', cipherKey, null).setAutoPadding(false)
    this.#authenticationKey = createSecretKey(authenticationKey)
    this.#salt = salt
  }

  /** Section 4.1.1: (salt × 2^16) XOR (SSRC × 2^64) XOR (index × 2^16), the counter in the low 16 bits. */
  startAt(ssrc: number, indexHigh: number, indexLow: number): void {
    const start = this.#counters
    for (let n = 0; n < BLOCK; n++) start[n] = this.#salt[n] ?? 0
    putUint32(start, 4, (uint32(start, 4) ^ ssrc) >>> 0)
    putUint32(start, 8, (uint32(start, 8) ^ ((indexHigh << 16) | (indexLow >>> 16))) >>> 0)
    putUint32(start, 12, (uint32(start, 12) ^ (indexLow << 16)) >>> 0)
  }

  crypt(bytes: Uint8Array, from: number, to: number): void {
    const counters = this.#counters
    const blocks = Math.ceil((to - from) / BLOCK)
    for (let block = 1; block < blocks; block++) {
      const at = block * BLOCK
      for (let n = 0; n < BLOCK - 2; n++) counters[at + n] = counters[n] ?? 0
      putUint16(counters, at + 14, block)
    }
    const keystream = this.#blockCipher.update(counters.subarray(0, blocks * BLOCK))
    for (let n = from; n < to; n++) bytes[n] = (bytes[n] ?? 0) ^ (keystream[n - from] ?? 0)
  }

  authenticate(bytes: Uint8Array, length: number, more?: Uint8Array): Uint8Array {
    const hmac = createHmac('sha1', this.#authenticationKey).update(bytes.subarray(0, length))
    return (more ? hmac.update(more) : hmac).digest()
  }
}

/** In a time that does not tell how much of it is right. */
function isEqual(bytes: Uint8Array, at: number, tag: Uint8Array): boolean {
  let difference = 0
  for (let n = 0; n < tag.length; n++) difference |= (bytes[at + n] ?? 0) ^ (tag[n] ?? 0)
  return difference === 0
}
