/** The crypto attribute of SDP, RFC 4568 section 4 and, for SRTP, section 6: keys in the description. */
import {
  MASTER_KEY_BYTES,
  MASTER_SALT_BYTES,
  type SrtpKey,
  type SrtpSuite,
} from '../srtp/srtp-key.ts'

export interface CryptoAttribute {
  /** 1 to 9 digits: the answer names the line of the offer that it takes. */
  readonly tag: string
  readonly key: SrtpKey
}

/** Section 9.2: one key, perhaps with its lifetime; what follows that would be a master key identifier. */
const KEY_PARAMETER = /^inline:([A-Za-z0-9+/]{38,40}={0,2})(?:\|(?:2\^\d{1,2}|\d{1,15}))?$/
/** The only session parameter that may be passed over (section 6.3.6). */
const WINDOW_SIZE_HINT = /^WSH=\d{1,4}$/

/**
 * Reads the value of an `a=crypto`. Undefined for a line that cannot be met, which is as good as absent
 * (section 5.1.2): an unknown suite, several keys, a key identifier, or another session parameter.
 */
export function parseCryptoAttribute(value: string): CryptoAttribute | undefined {
  const [tag = '', suite = '', parameter = '', ...session] = value.trim().split(/ +/)
  if (!/^\d{1,9}$/.test(tag) || !isSuite(suite)) return undefined
  if (!session.every((each) => WINDOW_SIZE_HINT.test(each))) return undefined
  const [, coded = ''] = KEY_PARAMETER.exec(parameter) ?? []
  const octets = Buffer.from(coded, 'base64')
  if (octets.length !== MASTER_KEY_BYTES + MASTER_SALT_BYTES[suite]) return undefined
  return {
    tag,
    key: {
      suite,
      masterKey: Uint8Array.from(octets.subarray(0, MASTER_KEY_BYTES)),
      masterSalt: Uint8Array.from(octets.subarray(MASTER_KEY_BYTES)),
    },
  }
}

export function formatCryptoAttribute({ tag, key }: CryptoAttribute): string {
  const octets = Buffer.concat([key.masterKey, key.masterSalt])
  return `${tag} ${key.suite} inline:${octets.toString('base64')}`
}

function isSuite(name: string): name is SrtpSuite {
  return Object.hasOwn(MASTER_SALT_BYTES, name)
}
