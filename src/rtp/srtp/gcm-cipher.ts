/** AES in Galois counter mode, RFC 7714 sections 8 (RTP) and 9 (RTCP). */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { putUint16, putUint32, uint16, uint32 } from '../octets.ts'
import type { PacketCipher, RtpIndex } from './packet-cipher.ts'
import type { SessionKeys } from './session-keys.ts'

const ALGORITHM = 'aes-128-gcm'
const TAG_BYTES = 16
const RTCP_CLEAR_BYTES = 8
const INDEX_BYTES = 4
const ENCRYPTED_BIT = 0x8000_0000
const IV_BYTES = 12

export class GcmCipher implements PacketCipher {
  readonly #rtpKey: KeyObject
  readonly #rtcpKey: KeyObject
  readonly #rtpSalt: Uint8Array
  readonly #rtcpSalt: Uint8Array
  readonly #iv = new Uint8Array(IV_BYTES)
  /** The associated data of RTCP: its first octets and its index. */
  readonly #associated = new Uint8Array(RTCP_CLEAR_BYTES + INDEX_BYTES)

  constructor(rtp: SessionKeys, rtcp: SessionKeys) {
    this.#rtpKey = createSecretKey(rtp.cipherKey)
    this.#rtcpKey = createSecretKey(rtcp.cipherKey)
    this.#rtpSalt = rtp.salt
    this.#rtcpSalt = rtcp.salt
  }

  sealRtp(bytes: Uint8Array, clear: number, length: number, packet: RtpIndex): number {
    this.#startRtp(packet)
    return this.#seal(this.#rtpKey, bytes, clear, length, bytes.subarray(0, clear))
  }

  openRtp(bytes: Uint8Array, clear: number, length: number, packet: RtpIndex): number {
    this.#startRtp(packet)
    return this.#open(this.#rtpKey, bytes, clear, length, bytes.subarray(0, clear))
  }

  sealRtcp(bytes: Uint8Array, length: number, index: number): number {
    const word = (ENCRYPTED_BIT | index) >>> 0
    this.#startRtcp(bytes, word)
    const end = this.#seal(this.#rtcpKey, bytes, RTCP_CLEAR_BYTES, length, this.#associated)
    putUint32(bytes, end, word)
    return end + INDEX_BYTES
  }

  openRtcp(bytes: Uint8Array, length: number): number {
    const indexAt = this.rtcpIndexAt(length)
    if (indexAt < RTCP_CLEAR_BYTES + TAG_BYTES) return -1
    const word = uint32(bytes, indexAt)
    // Section 9.3 allows RTCP that is only authenticated; nobody here agreed to it.
    if (word < ENCRYPTED_BIT) return -1
    this.#startRtcp(bytes, word)
    return this.#open(this.#rtcpKey, bytes, RTCP_CLEAR_BYTES, indexAt, this.#associated)
  }

  rtcpIndexAt(length: number): number {
    return length - INDEX_BYTES
  }

  /** Section 8.1: two zero octets, SSRC, ROC and sequence number, XOR the salt. */
  #startRtp({ ssrc, roc, sequence }: RtpIndex): void {
    this.#iv.set(this.#rtpSalt)
    this.#mix(2, ssrc)
    this.#mix(6, roc)
    putUint16(this.#iv, 10, uint16(this.#iv, 10) ^ sequence)
  }

  /** Section 9.1: two zero octets, SSRC, two zero octets and the index, XOR the salt. */
  #startRtcp(bytes: Uint8Array, word: number): void {
    this.#iv.set(this.#rtcpSalt)
    this.#mix(2, uint32(bytes, 4))
    this.#mix(8, word - ENCRYPTED_BIT)
    for (let n = 0; n < RTCP_CLEAR_BYTES; n++) this.#associated[n] = bytes[n] ?? 0
    putUint32(this.#associated, RTCP_CLEAR_BYTES, word)
  }

  #mix(at: number, value: number): void {
    putUint32(this.#iv, at, (uint32(this.#iv, at) ^ value) >>> 0)
  }

  #seal(key: KeyObject, bytes: Uint8Array, from: number, to: number, data: Uint8Array): number {
    const cipher = createCipheriv(ALGORITHM, key, this.#iv)
    cipher.setAAD(data)
    const sealed = cipher.update(bytes.subarray(from, to))
    cipher.final()
    bytes.set(sealed, from)
    bytes.set(cipher.getAuthTag(), to)
    return to + TAG_BYTES
  }

  #open(key: KeyObject, bytes: Uint8Array, from: number, length: number, data: Uint8Array): number {
    const to = length - TAG_BYTES
    if (to < from) return -1
    const decipher = createDecipheriv(ALGORITHM, key, this.#iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(data)
    decipher.setAuthTag(bytes.subarray(to, length))
    const opened = decipher.update(bytes.subarray(from, to))
    try {
      decipher.final()
    } catch {
      return -1
    }
    bytes.set(opened, from)
    return to
  }
}
