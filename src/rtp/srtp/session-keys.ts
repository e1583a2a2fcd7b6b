/** Session keys from a master key, RFC 3711 section 4.3, without re-derivation (key_derivation_rate 0). */
import { createCipheriv } from 'node:crypto'
import type { SrtpKey } from './srtp-key.ts'

const SALT_BYTES = 14
const LABEL_AT = 7
const AUTHENTICATION_KEY_BYTES = 20

export interface SessionKeys {
  readonly cipherKey: Uint8Array
  /** HMAC-SHA1's; GCM has none. */
  readonly authenticationKey: Uint8Array
  /** As long as the master salt. */
  readonly salt: Uint8Array
}

/** `labels`: of RTP 0 to 2, of RTCP 3 to 5 (section 4.3.2). */
export function deriveSessionKeys(key: SrtpKey, of: 'rtp' | 'rtcp'): SessionKeys {
  const first = of === 'rtp' ? 0 : 3
  return {
    cipherKey: derive(key, first, key.masterKey.length),
    authenticationKey: derive(key, first + 1, AUTHENTICATION_KEY_BYTES),
    salt: derive(key, first + 2, key.masterSalt.length),
  }
}

/** RFC 7714 section 11: a salt of 96 bits is filled up with zeros. */
function derive({ masterKey, masterSalt }: SrtpKey, label: number, bytes: number): Uint8Array {
  const start = new Uint8Array(16)
  start.set(masterSalt.subarray(0, SALT_BYTES))
  start[LABEL_AT] = (start[LABEL_AT] ?? 0) ^ label
  const keystream = createCipheriv('aes-128-ctr', masterKey, start)
  return Uint8Array.from(keystream.update(new Uint8Array(bytes)))
}
