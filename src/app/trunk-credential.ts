import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Trunk } from '#model'
import type { CallerCredential } from '#sip'
import { TrunkFile } from './trunk-file.ts'

/**
 * What a trunk's calls are signed with; undefined where they are not. Throws `trunk-invalid`, naming the
 * file at fault and the cure.
 */
export function readTrunkCredential(trunk: Trunk): CallerCredential | undefined {
  const { signingKeyFile, signingCertificateFile, signingCertificateUrl } = trunk
  if (!signingKeyFile || !signingCertificateFile || !signingCertificateUrl) return undefined
  const keyFile = new TrunkFile(trunk, 'stir_key', signingKeyFile)
  keyFile.refuseStrangers()
  const key = keyFile.parse('an unencrypted key', (text) => createPrivateKey(text))
  if (!isP256(key)) {
    const make = 'openssl ecparam -name prime256v1 -genkey -noout makes one'
    throw keyFile.invalid(`is no P-256 key, which RFC 8225 asks for: ${make}`)
  }
  const certificateFile = new TrunkFile(trunk, 'stir_certificate', signingCertificateFile)
  const certificate = certificateFile.parse('a certificate', (text) => new X509Certificate(text))
  if (!certificate.checkPrivateKey(key)) {
    throw keyFile.invalid('is not the key of stir_certificate; give the one that is')
  }
  return {
    key,
    certificateUrl: signingCertificateUrl,
    validFromMs: Date.parse(certificate.validFrom),
    validUntilMs: Date.parse(certificate.validTo),
  }
}

function isP256({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1'
}
