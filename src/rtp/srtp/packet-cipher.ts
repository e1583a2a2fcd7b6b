import { CounterModeCipher } from './counter-mode-cipher.ts'
import { GcmCipher } from './gcm-cipher.ts'
import { deriveSessionKeys } from './session-keys.ts'
import type { SrtpKey } from './srtp-key.ts'

/** The most that protection adds to a packet: a tag of 16 octets, and the index of RTCP. */
export const MAX_PROTECTION_BYTES = 20

/**
 * Encrypts and authenticates packets in place. `clear` octets at the beginning stay readable; `bytes`
 * has room for what is added. `open…` returns −1 for a packet that is not authentic.
 */
export interface PacketCipher {
  /** The packet's index is 2^16 × `roc` + `sequence` (RFC 3711 section 3.3.1). Returns the new length. */
  sealRtp(bytes: Uint8Array, clear: number, length: number, packet: RtpIndex): number
  openRtp(bytes: Uint8Array, clear: number, length: number, packet: RtpIndex): number
  /** `index`: 31 bits. Returns the new length. */
  sealRtcp(bytes: Uint8Array, length: number, index: number): number
  openRtcp(bytes: Uint8Array, length: number): number
  /** Where the index stands in a protected RTCP packet; the first bit says that it is encrypted. */
  rtcpIndexAt(length: number): number
}

export interface RtpIndex {
  ssrc: number
  roc: number
  sequence: number
}

export function packetCipher(key: SrtpKey): PacketCipher {
  const [rtp, rtcp] = [deriveSessionKeys(key, 'rtp'), deriveSessionKeys(key, 'rtcp')]
  switch (key.suite) {
    case 'AEAD_AES_128_GCM':
      return new GcmCipher(rtp, rtcp)
    case 'AES_CM_128_HMAC_SHA1_80':
      return new CounterModeCipher(rtp, rtcp, 10)
    case 'AES_CM_128_HMAC_SHA1_32':
      return new CounterModeCipher(rtp, rtcp, 4)
  }
}
