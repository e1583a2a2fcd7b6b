import type { Random } from '#base'

/** The suites that are spoken here, by their names in SDP (RFC 4568 section 6.2, RFC 7714 section 14.1). */
export type SrtpSuite = 'AEAD_AES_128_GCM' | 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32'

export const MASTER_KEY_BYTES = 16

export const MASTER_SALT_BYTES: Readonly<Record<SrtpSuite, number>> = {
  AEAD_AES_128_GCM: 12,
  AES_CM_128_HMAC_SHA1_80: 14,
  AES_CM_128_HMAC_SHA1_32: 14,
}

/** What one side encrypts with. A secret. */
export interface SrtpKey {
  readonly suite: SrtpSuite
  readonly masterKey: Uint8Array
  readonly masterSalt: Uint8Array
}

/** Both directions of a stream. */
export interface SrtpKeys {
  readonly local: SrtpKey
  readonly remote: SrtpKey
}

/**
 * What a trunk asks for: `sdes` offers SRTP with keys in the SDP (RFC 4568), and takes nothing less; it
 * is as secret as the signalling, so use it over TLS.
 */
export type SrtpMode = 'off' | 'sdes'

/** A key for each suite, in order of preference, for one stream; none for `off`. */
export function srtpKeys(mode: SrtpMode, random: Random): readonly SrtpKey[] {
  if (mode === 'off') return []
  const suites: readonly SrtpSuite[] = [
    'AEAD_AES_128_GCM',
    'AES_CM_128_HMAC_SHA1_80',
    'AES_CM_128_HMAC_SHA1_32',
  ]
  return suites.map((suite) => ({
    suite,
    // Copies: a Buffer may share its memory with other secrets, and these go to the media thread.
    masterKey: Uint8Array.from(random.bytes(MASTER_KEY_BYTES)),
    masterSalt: Uint8Array.from(random.bytes(MASTER_SALT_BYTES[suite])),
  }))
}
