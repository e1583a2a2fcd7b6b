import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '#base'
import { srtpKeys } from '../srtp/srtp-key.ts'
import { formatCryptoAttribute, parseCryptoAttribute } from './crypto-attribute.ts'

const CODED = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'
const LINE = `1 AES_CM_128_HMAC_SHA1_80 inline:${CODED}`

describe('the crypto attribute (RFC 4568)', () => {
  it('is read as the examples of the RFC write it', () => {
    const wanted = Buffer.from(CODED, 'base64')
    for (const value of [LINE, `${LINE}|2^20`, `${LINE}|1048576`, `${LINE}|2^20 WSH=128`]) {
      const { tag, key } = parseCryptoAttribute(value) ?? assert.fail(value)
      assert.deepEqual([tag, key.suite], ['1', 'AES_CM_128_HMAC_SHA1_80'])
      assert.deepEqual(Buffer.concat([key.masterKey, key.masterSalt]), wanted)
    }
  })

  it('comes back as it was written, for each suite', () => {
    for (const key of srtpKeys('sdes', seededRandom(4))) {
      const { tag, key: read } = parseCryptoAttribute(formatCryptoAttribute({ tag: '12', key }))!
      assert.equal(tag, '12')
      assert.deepEqual(Buffer.from(read.masterKey), Buffer.from(key.masterKey))
      assert.deepEqual(Buffer.from(read.masterSalt), Buffer.from(key.masterSalt))
    }
  })

  it('is passed over where it cannot be met', () => {
    for (const value of [
      '',
      LINE.replace('1 ', 'x '),
      LINE.replace('1 ', '1234567890 '),
      LINE.replace('AES_CM_128', 'F8_128'),
      LINE.replace('AES_CM_128', 'AES_256_CM'),
      LINE.slice(0, -4),
      `${LINE}AAAA`,
      LINE.replace('AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM'),
      `${LINE}|2^20|1:4`,
      `${LINE}|1:4`,
      `${LINE};inline:${CODED}`,
      `${LINE} UNENCRYPTED_SRTP`,
      `${LINE} KDR=1`,
      `${LINE} FEC_ORDER=SRTP_FEC`,
      LINE.replace('inline', 'outline'),
      '1 constructor inline:x',
    ]) {
      assert.equal(parseCryptoAttribute(value), undefined, value)
    }
    fc.assert(fc.property(fc.string(), (noise) => void parseCryptoAttribute(noise)))
  })
})
