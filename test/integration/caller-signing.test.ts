// STIR/SHAKEN: what the far ends of two trunks get to see of who calls.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Trunk } from '#model'
import { verifyPassport } from '#test/passport'
import { findProgram } from '#test/program'
import { openServerLab } from '#test/server-lab'
import { type Certificate, CertificateAuthority } from '#test/sip-certificates'
import { fieldOf, RawPeer } from '#test/sip-raw-peer'

const openssl = findProgram('openssl')
const NUMBER = '6175551212'

describe('a caller', { skip: 'skip' in openssl ? openssl.skip : false, timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-signing-'))
  let authority: CertificateAuthority
  before(() => {
    authority = new CertificateAuthority()
  })
  after(() => {
    authority?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  function signing(name: string, url: string): Partial<Trunk> & { certificate: string } {
    const { certificate, key }: Certificate = authority.issue(name, `DNS:${name}.example`)
    const file = (kind: string, text: string): string => {
      writeFileSync(join(folder, `${name}.${kind}`), text, { mode: 0o600 })
      return join(folder, `${name}.${kind}`)
    }
    return {
      signingKeyFile: file('key', key),
      signingCertificateFile: file('pem', certificate),
      signingCertificateUrl: url,
      attestation: 'A',
      certificate,
    }
  }

  it('is signed for on each trunk with its own key, anew after a challenge and a failover', async (test) => {
    const peers = [new RawPeer(), new RawPeer()]
    for (const peer of peers) await peer.start(test)
    const keys = ['first', 'second'].map((name) => signing(name, `https://${name}.example/c.pem`))
    const trunks = peers.map(({ port }, at): Trunk => {
      const { certificate: _, ...signed } = keys[at]!
      return {
        ...{ name: `trunk${at}`, host: '127.0.0.1', port, priority: at },
        ...{ username: 'u', password: 'p', invalidCallerId: 'decline', ...signed },
        ...(at === 0 ? { callerId: '6175550100' } : { numberFormat: 'national', attestation: 'C' }),
      }
    })
    const lab = await openServerLab({
      config: () => ({ trunk: trunks[0]! }),
      trunks: () => trunks.slice(1),
    })
    test.after(() => lab.close())

    const own = lab.lab.queue(lab.url, `${NUMBER};ani=6175550100`, { max_retries: '0' })
    const [first, second] = peers as [RawPeer, RawPeer]
    const invite = await first.next('INVITE')
    const challenge = 'Proxy-Authenticate: Digest realm="r", nonce="n", algorithm=MD5, qop="auth"'
    first.reply(invite, '407 Proxy Authentication Required', { toTag: 'a', headers: [challenge] })
    const again = await first.nextAfter('INVITE', invite)
    first.reply(again, '503 No', { toTag: 'b' })
    const elsewhere = await second.next('INVITE')
    second.reply(elsewhere, '486 Busy Here', { toTag: 'c' })
    await lab.lab.result(await own)

    const seen = [
      ...[invite, again].map((message) => read(message, keys[0]!.certificate)),
      read(elsewhere, keys[1]!.certificate),
    ]
    for (const { x5u, dest, orig } of seen.map(({ claims }) => claims)) {
      assert.match(x5u, /^https:\/\/(first|second)\.example\/c\.pem$/)
      assert.deepEqual(dest, { tn: ['16175551212'] })
      assert.deepEqual(orig, { tn: '16175550100' })
    }
    assert.deepEqual(
      seen.map(({ claims }) => claims.attest),
      ['A', 'A', 'C'],
    )
    assert.notEqual(fieldOf(again, 'Identity'), fieldOf(invite, 'Identity'))
    assert.match(elsewhere, /^INVITE sip:6175551212@/)

    // A caller ID that the operator has not named is not vouched for in full.
    const at = first.received.length
    const foreign = lab.lab.queue(lab.url, `${NUMBER};ani=6175559999`, { max_retries: '0' })
    const stranger = await first.next('INVITE', at)
    first.reply(stranger, '486 Busy Here', { toTag: 'd' })
    await lab.lab.result(await foreign)
    assert.equal(read(stranger, keys[0]!.certificate).claims.attest, 'B')
  })
})

interface Claims {
  readonly attest: string
  readonly dest: object
  readonly orig: object
  readonly iat: number
  readonly x5u: string
}

/** Verified with the certificate, and of the second of the Date. */
function read(invite: string, certificate: string): { claims: Claims } {
  const { header, payload } = verifyPassport(fieldOf(invite, 'Identity'), certificate)
  const claims = { ...JSON.parse(header), ...JSON.parse(payload) } as Claims
  assert.equal(Date.parse(fieldOf(invite, 'Date')), claims.iat * 1000)
  return { claims }
}
