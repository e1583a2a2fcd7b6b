import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Trunk } from '#model'
import type { TlsProfile } from '#sip'
import { TrunkFile } from './trunk-file.ts'

/** The PEM files of a trunk. Throws `trunk-invalid`, naming the file at fault. */
export function readTrunkTls(trunk: Trunk): TlsProfile {
  const ca = open(trunk, 'tls_ca', trunk.tlsCaFile)
  const certificate = open(trunk, 'tls_certificate', trunk.tlsCertificateFile)
  const key = open(trunk, 'tls_key', trunk.tlsKeyFile)
  ca?.parse('a certificate', (text) => new X509Certificate(text))
  const authority = ca === undefined ? {} : { ca: ca.text }
  if (certificate === undefined || key === undefined) return authority
  const own = certificate.parse('a certificate', (text) => new X509Certificate(text))
  const secret = key.parse('an unencrypted key', (text) => createPrivateKey(text))
  if (!own.checkPrivateKey(secret)) {
    throw key.invalid('is not the key of tls_certificate; give the one that is')
  }
  return { ...authority, certificate: certificate.text, key: key.text }
}

function open(trunk: Trunk, field: string, path: string | undefined): TrunkFile | undefined {
  return path === undefined ? undefined : new TrunkFile(trunk, field, path)
}
