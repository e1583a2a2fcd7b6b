import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type Clock, systemClock } from '#base'
import { verifyPassport } from '#test/passport'
import { findProgram } from '#test/program'
import { type Certificate, CertificateAuthority } from '#test/sip-certificates'
import { startCall } from '#test/sip-raw-call'
import { fieldOf } from '#test/sip-raw-peer'
import { type CallerCredential, identityHeaders, type SignedCaller } from './passport.ts'

const openssl = findProgram('openssl')
const ORIGIN = '123e4567-e89b-12d3-a456-426655440000'
const CERTIFICATE_URL = 'https://cert.example.org/passport.cer'

describe('a signed caller', { skip: 'skip' in openssl ? openssl.skip : false }, () => {
  let authority: CertificateAuthority
  let own: Certificate
  let credential: CallerCredential
  let caller: SignedCaller
  before(() => {
    authority = new CertificateAuthority()
    own = authority.issue('shaken', 'DNS:shaken.example')
    const { validFrom, validTo } = new X509Certificate(own.certificate)
    credential = {
      key: createPrivateKey(own.key),
      certificateUrl: CERTIFICATE_URL,
      validFromMs: Date.parse(validFrom),
      validUntilMs: Date.parse(validTo),
    }
    caller = { credential, level: 'A', caller: '12155550121', callee: '12155550131' }
  })
  after(() => authority?.remove())

  it('is said as in the example of RFC 8588 §6, whose number is a number (RFC 8225 §5.1.1)', () => {
    const always = { ...credential, validFromMs: 0, validUntilMs: Infinity }
    const headers = identityHeaders({ ...caller, credential: always }, ORIGIN, 1_443_208_345_900)
    const [date, identity] = headers
    assert.deepEqual(date, ['Date', 'Fri, 25 Sep 2015 19:12:25 GMT'])
    assert.equal(identity?.[0], 'Identity')
    assert.deepEqual(verifyPassport(identity[1], own.certificate), {
      header: `{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"${CERTIFICATE_URL}"}`,
      payload:
        '{"attest":"A","dest":{"tn":["12155550131"]},"iat":1443208345,' +
        `"orig":{"tn":"12155550121"},"origid":"${ORIGIN}"}`,
      parameters: `info=<${CERTIFICATE_URL}>;alg=ES256;ppt=shaken`,
    })
  })

  it('is not said with a certificate that is not valid yet, or no more', () => {
    const { validFromMs, validUntilMs } = credential
    const countAt = (ms: number): number => identityHeaders(caller, ORIGIN, ms).length
    assert.deepEqual([validFromMs - 1, validFromMs].map(countAt), [0, 2])
    assert.deepEqual([validUntilMs, validUntilMs + 1].map(countAt), [2, 0])
  })

  it('does not verify once a bit of it is another', () => {
    const [, identity = ['', '']] = identityHeaders(caller, ORIGIN, systemClock.now())
    const at = identity[1].indexOf('.') + 5
    const other = identity[1][at] === 'A' ? 'B' : 'A'
    const changed = identity[1].slice(0, at) + other + identity[1].slice(at + 1)
    assert.throws(() => verifyPassport(changed, own.certificate), /openssl dgst/)
  })

  it('is the same in a repeated INVITE, and signed anew in one that answers a challenge', async (test) => {
    let nowMs = systemClock.now()
    const clock: Clock = { ...systemClock, now: () => nowMs }
    const { peer, invite } = await startCall(test, {
      ...{ username: 'u', password: 'p' },
      agent: { clock },
      options: { signedCaller: caller },
    })
    await peer.next('INVITE', 1)
    assert.equal(peer.received[1], invite)
    nowMs += 61_000
    const challenge =
      'Proxy-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'
    peer.reply(invite, '407 Proxy Authentication Required', { toTag: 'a', headers: [challenge] })
    const again = await peer.nextAfter('INVITE', invite)
    const [first, second] = [invite, again].map((message) => {
      const { payload } = verifyPassport(fieldOf(message, 'Identity'), own.certificate)
      const { iat, origid } = JSON.parse(payload) as { iat: number; origid: string }
      assert.equal(Date.parse(fieldOf(message, 'Date')), iat * 1000)
      return { iat, origid }
    })
    assert.equal(second!.iat - first!.iat, 61)
    assert.equal(second!.origid, first!.origid)
    assert.match(
      first!.origid,
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    peer.reply(again, '486 Busy Here', { toTag: 'b' })
  })
})
