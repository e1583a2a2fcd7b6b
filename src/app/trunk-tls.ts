import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { errorMessage, OutdialError } from '#base'
import type { Trunk } from '#model'
import type { TlsProfile } from '#sip'

/** The PEM files of a trunk. Throws `trunk-invalid`, naming the file at fault. */
export function readTrunkTls(trunk: Trunk): TlsProfile {
  const ca = read(trunk, 'tls_ca', trunk.tlsCaFile)
  const certificate = read(trunk, 'tls_certificate', trunk.tlsCertificateFile)
  const key = read(trunk, 'tls_key', trunk.tlsKeyFile)
  if (ca !== undefined) parse(trunk, 'tls_ca', 'a certificate', () => new X509Certificate(ca))
  if (certificate === undefined || key === undefined) return ca === undefined ? {} : { ca }
  const own = parse(
    trunk,
    'tls_certificate',
    'a certificate',
    () => new X509Certificate(certificate),
  )
  const secret = parse(trunk, 'tls_key', 'an unencrypted key', () => createPrivateKey(key))
  if (!own.checkPrivateKey(secret)) {
    throw invalid(trunk, 'tls_key', 'is not the key of tls_certificate; give the one that is')
  }
  return { ...(ca === undefined ? {} : { ca }), certificate, key }
}

function read(trunk: Trunk, field: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw invalid(trunk, field, `cannot be read: ${errorMessage(error)}`)
  }
}

function parse<Parsed>(trunk: Trunk, field: string, what: string, read: () => Parsed): Parsed {
  try {
    return read()
  } catch (error) {
    throw invalid(trunk, field, `is not ${what} in PEM: ${errorMessage(error)}`)
  }
}

function invalid(trunk: Trunk, field: string, fault: string): OutdialError {
  return new OutdialError('trunk-invalid', `Trunk ${trunk.name}: the file of ${field} ${fault}.`, {
    field,
  })
}
