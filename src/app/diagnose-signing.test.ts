import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Trunk } from '#model'
import { findProgram } from '#test/program'
import { type Certificate, CertificateAuthority } from '#test/sip-certificates'
import { diagnoseSigning } from './diagnose-signing.ts'
import type { Finding } from './finding.ts'
import { systemMachine } from './machine.ts'
import type { Ground } from './wire.ts'

const openssl = findProgram('openssl')

describe('the doctor of signing', { skip: 'skip' in openssl ? openssl.skip : false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-signing-'))
  const vouching = getCACertificates('default')
  const ground = { machine: systemMachine } as Ground
  let authority: CertificateAuthority
  let served: { status: number; body: string }
  let close: () => void
  let trunk: Trunk
  let own: Certificate
  before(async () => {
    authority = new CertificateAuthority()
    setDefaultCACertificates([authority.ca])
    const { certificate: cert, key } = authority.issue('site', 'IP:127.0.0.1')
    const server = createServer({ cert, key }, (_, response) => {
      response.writeHead(served.status).end(served.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    close = () => server.close()
    own = authority.issue('own', 'DNS:own.example', 90)
    trunk = trunkOf('own', own, `https://127.0.0.1:${(server.address() as AddressInfo).port}/c.pem`)
    served = { status: 200, body: own.certificate }
  })
  after(() => {
    setDefaultCACertificates(vouching)
    close?.()
    authority?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  function trunkOf(name: string, { certificate, key }: Certificate, url: string): Trunk {
    const [keyFile, certificateFile] = ['key', 'pem'].map((kind) => join(folder, `${name}.${kind}`))
    writeFileSync(keyFile!, key, { mode: 0o600 })
    writeFileSync(certificateFile!, certificate)
    return {
      ...{ name: 'pbx', host: 'h', invalidCallerId: 'decline', attestation: 'B' },
      signingKeyFile: keyFile!,
      signingCertificateFile: certificateFile!,
      signingCertificateUrl: url,
    }
  }

  function expect(finding: Finding, state: Finding['state'], detail: RegExp, cure = /^$/): void {
    assert.equal(finding.state, state, finding.detail)
    assert.equal(finding.what, 'signing for trunk pbx')
    assert.match(finding.detail, detail)
    assert.match(finding.cure ?? '', cure)
  }

  it('is content where the certificate is at its URL', async () => {
    const detail = /^attests B; its certificate is valid from .* until .*Z, and is at https:/
    expect(await diagnoseSigning(trunk, ground), 'ok', detail)
  })

  it('warns of a certificate that others do not find, or not this one', async () => {
    const others = [
      [404, own.certificate, /answers with status 404$/],
      [200, 'no PEM', /gives no certificate to this machine$/],
      [200, authority.ca, /is that of another key$/],
    ] as const
    for (const [status, body, detail] of others) {
      served = { status, body }
      expect(await diagnoseSigning(trunk, ground), 'warning', detail, /or correct stir_x5u/)
    }
  })

  it('warns of a certificate that soon ends', async () => {
    const soon = authority.issue('soon', 'DNS:own.example')
    served = { status: 200, body: soon.certificate }
    const ending = trunkOf('soon', soon, trunk.signingCertificateUrl!)
    expect(await diagnoseSigning(ending, ground), 'warning', /until/, /Get a new one before/)
  })

  it('tells a fault of a key that others can read', async () => {
    const open = trunkOf('open', own, trunk.signingCertificateUrl!)
    const keyFile = join(folder, 'readable.key')
    writeFileSync(keyFile, own.key, { mode: 0o644 })
    const finding = await diagnoseSigning({ ...open, signingKeyFile: keyFile }, ground)
    expect(finding, 'fault', /is open to others \(mode 644\): chmod 600/, /does not start/)
  })
})
