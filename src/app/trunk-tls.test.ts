import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Trunk } from '#model'
import { findProgram } from '#test/program'
import { type Certificate, CertificateAuthority } from '#test/sip-certificates'
import { readTrunkTls } from './trunk-tls.ts'

const openssl = findProgram('openssl')

describe('the TLS files of a trunk', { skip: 'skip' in openssl ? openssl.skip : false }, () => {
  let folder: string
  let authority: CertificateAuthority
  let own: Certificate
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'outdial-tls-'))
    authority = new CertificateAuthority()
    own = authority.issue('own', 'DNS:own.example')
    const other = authority.issue('other', 'DNS:other.example')
    const files = {
      ...{ ca: authority.ca, certificate: own.certificate, key: own.key },
      ...{ otherKey: other.key, text: 'no PEM' },
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  })
  after(() => {
    authority?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  function trunk(files: Partial<Record<'ca' | 'certificate' | 'key', string>>): Trunk {
    const path = (name: string | undefined): string | undefined =>
      name === undefined ? undefined : join(folder, name)
    const [tlsCaFile, tlsCertificateFile, tlsKeyFile] = [
      path(files.ca),
      path(files.certificate),
      path(files.key),
    ]
    return {
      ...{ name: 'pbx', host: 'h', transport: 'tls', invalidCallerId: 'decline' },
      ...(tlsCaFile === undefined ? {} : { tlsCaFile }),
      ...(tlsCertificateFile === undefined ? {} : { tlsCertificateFile }),
      ...(tlsKeyFile === undefined ? {} : { tlsKeyFile }),
    }
  }

  it('are read', () => {
    assert.deepEqual(readTrunkTls(trunk({})), {})
    assert.deepEqual(readTrunkTls(trunk({ ca: 'ca' })), { ca: authority.ca })
    const all = readTrunkTls(trunk({ ca: 'ca', certificate: 'certificate', key: 'key' }))
    assert.deepEqual(all, { ca: authority.ca, ...own })
  })

  const bad: readonly (readonly [Parameters<typeof trunk>[0], string, RegExp])[] = [
    [{ ca: 'absent' }, 'tls_ca', /Trunk pbx: the file of tls_ca cannot be read: ENOENT/],
    [{ ca: 'text' }, 'tls_ca', /the file of tls_ca is not a certificate in PEM/],
    [{ certificate: 'key', key: 'key' }, 'tls_certificate', /tls_certificate is not a certificate/],
    [{ certificate: 'certificate', key: 'text' }, 'tls_key', /tls_key is not an unencrypted key/],
    [
      { certificate: 'certificate', key: 'otherKey' },
      'tls_key',
      /tls_key is not the key of tls_certificate/,
    ],
  ]
  for (const [files, field, sentence] of bad) {
    it(`are refused: ${JSON.stringify(files)}`, () => {
      assert.throws(() => readTrunkTls(trunk(files)), {
        ...{ code: 'trunk-invalid', field },
        message: sentence,
      })
    })
  }
})
