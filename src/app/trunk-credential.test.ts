import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Trunk } from '#model'
import { findProgram } from '#test/program'
import { CertificateAuthority } from '#test/sip-certificates'
import { readTrunkCredential } from './trunk-credential.ts'

const openssl = findProgram('openssl')
const URL_OF_CERTIFICATE = 'https://c.example/c.pem'

describe('what a trunk signs with', { skip: 'skip' in openssl ? openssl.skip : false }, () => {
  let folder: string
  let authority: CertificateAuthority
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'outdial-stir-'))
    authority = new CertificateAuthority()
    const { certificate, key } = authority.issue('own', 'DNS:own.example')
    const pem = { type: 'pkcs8', format: 'pem' } as const
    const files = {
      ...{ certificate, key, groupKey: key, openKey: key, text: 'no PEM' },
      otherKey: authority.issue('other', 'DNS:other.example').key,
      rsaKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem),
      curveKey: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export(pem),
    }
    for (const [name, text] of Object.entries(files)) {
      const mode = { openKey: 0o644, groupKey: 0o640 }[name] ?? 0o600
      writeFileSync(join(folder, name), text, { mode })
    }
  })
  after(() => {
    authority?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  function trunk(key: string, certificate: string): Trunk {
    return {
      ...{ name: 'pbx', host: 'h', invalidCallerId: 'decline', attestation: 'A' },
      signingKeyFile: join(folder, key),
      signingCertificateFile: join(folder, certificate),
      signingCertificateUrl: URL_OF_CERTIFICATE,
    }
  }

  it('is read, by a group as well', () => {
    for (const key of ['key', 'groupKey']) {
      const credential = readTrunkCredential(trunk(key, 'certificate'))
      assert.equal(credential?.certificateUrl, URL_OF_CERTIFICATE)
      const days = (credential.validUntilMs - credential.validFromMs) / 86_400_000
      assert.equal(days, 2)
    }
  })

  it('is nothing where nothing is said of it', () => {
    const plain = { name: 'pbx', host: 'h', invalidCallerId: 'decline' } as const
    assert.equal(readTrunkCredential(plain), undefined)
  })

  const bad: readonly (readonly [string, string, string, RegExp])[] = [
    ['absent', 'certificate', 'stir_key', /Trunk pbx: the file of stir_key cannot be read: ENOENT/],
    ['openKey', 'certificate', 'stir_key', /is open to others \(mode 644\): chmod 600 \/.*openKey/],
    ['text', 'certificate', 'stir_key', /stir_key is not an unencrypted key in PEM/],
    ['rsaKey', 'certificate', 'stir_key', /is no P-256 key.*: openssl ecparam -name prime256v1/],
    ['curveKey', 'certificate', 'stir_key', /is no P-256 key/],
    ['otherKey', 'certificate', 'stir_key', /stir_key is not the key of stir_certificate/],
    ['key', 'text', 'stir_certificate', /stir_certificate is not a certificate in PEM/],
    ['key', 'absent', 'stir_certificate', /stir_certificate cannot be read: ENOENT/],
  ]
  for (const [key, certificate, field, sentence] of bad) {
    it(`is refused: ${key} with ${certificate}`, () => {
      assert.throws(() => readTrunkCredential(trunk(key, certificate)), {
        ...{ code: 'trunk-invalid', field },
        message: sentence,
      })
    })
  }
})
