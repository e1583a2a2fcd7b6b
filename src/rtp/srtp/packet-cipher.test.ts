import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CounterModeCipher } from './counter-mode-cipher.ts'
import { GcmCipher } from './gcm-cipher.ts'
import { packetCipher } from './packet-cipher.ts'
import { deriveSessionKeys } from './session-keys.ts'
import type { SrtpKey, SrtpSuite } from './srtp-key.ts'

const octets = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replace(/ /g, ''), 'hex'))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** With room for what protection adds. */
function roomy(bytes: Uint8Array): Uint8Array {
  const room = new Uint8Array(bytes.length + 20)
  room.set(bytes)
  return room
}

const MASTER: SrtpKey = {
  suite: 'AES_CM_128_HMAC_SHA1_80',
  masterKey: octets('E1F97A0D3E018BE0D64FA32C06DE4139'),
  masterSalt: octets('0EC675AD498AFEEBB6960B3AABE6'),
}
const NONE = new Uint8Array(20)

describe('key derivation (RFC 3711 appendix B.3)', () => {
  it('gives the keys of the appendix', () => {
    const { cipherKey, salt, authenticationKey } = deriveSessionKeys(MASTER, 'rtp')
    assert.equal(hex(cipherKey), 'c61e7a93744f39ee10734afe3ff7a087')
    assert.equal(hex(salt), '30cbbc08863d8c85d49db34a9ae1')
    assert.equal(hex(authenticationKey), 'cebe321f6ff7716b6fd4ab49af256a156d38baa4')
  })

  it('gives RTCP other keys', () => {
    const [rtp, rtcp] = [deriveSessionKeys(MASTER, 'rtp'), deriveSessionKeys(MASTER, 'rtcp')]
    assert.notEqual(hex(rtp.cipherKey), hex(rtcp.cipherKey))
    assert.notEqual(hex(rtp.authenticationKey), hex(rtcp.authenticationKey))
    assert.notEqual(hex(rtp.salt), hex(rtcp.salt))
  })
})

describe('counter mode (RFC 3711)', () => {
  it('makes the keystream of appendix B.2', () => {
    const keys = {
      cipherKey: octets('2B7E151628AED2A6ABF7158809CF4F3C'),
      salt: octets('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
      authenticationKey: NONE,
    }
    const cipher = new CounterModeCipher(keys, keys, 10)
    const bytes = new Uint8Array(12 + 48 + 20)
    cipher.sealRtp(bytes, 12, 60, { ssrc: 0, roc: 0, sequence: 0 })
    assert.equal(
      hex(bytes.subarray(12, 60)),
      'e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0',
    )
  })

  it('protects a whole packet as other implementations do', () => {
    // Sequence 0x1234, wraps 0: the vector that libsrtp is checked with.
    const plain = octets('800f1234 decafbad cafebabe abababab abababab abababab abababab')
    const bytes = roomy(plain)
    const index = { ssrc: 0xcafebabe, roc: 0, sequence: 0x1234 }
    const length = packetCipher(MASTER).sealRtp(bytes, 12, plain.length, index)
    assert.equal(
      hex(bytes.subarray(0, length)),
      '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb',
    )
    assert.equal(packetCipher(MASTER).openRtp(bytes, 12, length, index), plain.length)
    assert.deepEqual(bytes.subarray(0, plain.length), plain)
  })
})

describe('Galois counter mode (RFC 7714)', () => {
  const keys = {
    cipherKey: octets('000102030405060708090a0b0c0d0e0f'),
    salt: octets('517569642070726f2071756f'),
    authenticationKey: NONE,
  }

  it('protects the packet of section 16.1.1, and opens it as in 16.1.2', () => {
    const plain = octets(
      '8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573',
    )
    const bytes = roomy(plain)
    const index = { ssrc: 0x5501a0b2, roc: 0, sequence: 0xf17b }
    const length = new GcmCipher(keys, keys).sealRtp(bytes, 12, plain.length, index)
    assert.equal(
      hex(bytes.subarray(0, length)),
      '8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833' +
        '899d7f27beb16a9152cf765ee4390cce',
    )
    assert.equal(new GcmCipher(keys, keys).openRtp(bytes, 12, length, index), plain.length)
    assert.deepEqual(bytes.subarray(0, plain.length), plain)
  })

  it('protects the packet of section 17.1, and opens it', () => {
    const plain = octets(
      '81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
    )
    const bytes = roomy(plain)
    const length = new GcmCipher(keys, keys).sealRtcp(bytes, plain.length, 0x5d4)
    assert.equal(
      hex(bytes.subarray(0, length)),
      '81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b' +
        'c84aa45896cf4d2fc5abf87245d9eade800005d4',
    )
    assert.equal(new GcmCipher(keys, keys).openRtcp(bytes, length), plain.length)
    assert.deepEqual(bytes.subarray(0, plain.length), plain)
  })
})

const SUITES: readonly SrtpSuite[] = [
  'AEAD_AES_128_GCM',
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
]
for (const suite of SUITES) {
  describe(suite, () => {
    const masterSalt = MASTER.masterSalt.subarray(0, suite === 'AEAD_AES_128_GCM' ? 12 : 14)
    const cipher = packetCipher({ ...MASTER, suite, masterSalt })
    const rtp = Uint8Array.from({ length: 172 }, (_, n) => (n === 0 ? 0x80 : n))
    const rtcp = Uint8Array.from({ length: 52 }, (_, n) => [0x81, 200, 0, 12][n] ?? n)
    const index = { ssrc: 7, roc: 3, sequence: 9 }

    it('hides all but the header, and adds no more than its tag', () => {
      const bytes = roomy(rtp)
      const length = cipher.sealRtp(bytes, 12, rtp.length, index)
      const tag = { AEAD_AES_128_GCM: 16, AES_CM_128_HMAC_SHA1_80: 10, AES_CM_128_HMAC_SHA1_32: 4 }
      assert.equal(length - rtp.length, tag[suite])
      assert.deepEqual(bytes.subarray(0, 12), rtp.subarray(0, 12))
      const kept = bytes.subarray(12, 172).filter((byte, n) => byte === rtp[12 + n])
      assert.ok(kept.length < 10)
    })

    it('opens nothing that was changed in one bit, cut short, or is of another index', () => {
      for (const kind of ['rtp', 'rtcp'] as const) {
        const plain = kind === 'rtp' ? rtp : rtcp
        const sealed = roomy(plain)
        const length =
          kind === 'rtp'
            ? cipher.sealRtp(sealed, 12, plain.length, index)
            : cipher.sealRtcp(sealed, plain.length, 77)
        const open = (bytes: Uint8Array, size = length, at = index): number =>
          kind === 'rtp' ? cipher.openRtp(bytes, 12, size, at) : cipher.openRtcp(bytes, size)
        assert.equal(open(sealed.slice()), plain.length)
        for (let bit = 0; bit < length * 8; bit += 5) {
          const changed = sealed.slice()
          changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          assert.equal(open(changed), -1, `${kind}, bit ${bit}`)
        }
        for (const size of [0, 8, 12, 20, length - 1]) assert.equal(open(sealed.slice(), size), -1)
        if (kind === 'rtp') assert.equal(open(sealed.slice(), length, { ...index, roc: 4 }), -1)
      }
    })
  })
}
