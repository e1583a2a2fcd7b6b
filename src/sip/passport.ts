/**
 * Who calls, signed: a PASSporT (RFC 8225) of the kind `shaken` (RFC 8588) in the Identity header of
 * RFC 8224. Always in full form: RFC 8588 §3 knows no other, and then a 438 leaves nothing to do better
 * (RFC 8224 §6.1.1).
 */
import { type KeyObject, sign } from 'node:crypto'
import type { HeaderLine } from './header-fields.ts'

/** What signs, and where others find its certificate. */
export interface CallerCredential {
  /** Private, P-256. */
  readonly key: KeyObject
  /** An https URL as it is written, RFC 8224 §7.3. */
  readonly certificateUrl: string
  /** Of the certificate; wall clock, milliseconds. */
  readonly validFromMs: number
  readonly validUntilMs: number
}

/** What is said of one call. */
export interface CallerClaims {
  /** RFC 8588 §4. */
  readonly level: 'A' | 'B' | 'C'
  /** Canonical numbers, RFC 8224 §8.3: digits, with the country code, without a plus. */
  readonly caller: string
  readonly callee: string
}

/** Claims with what signs them: one INVITE's, whatever becomes of it. */
export interface SignedCaller extends CallerClaims {
  readonly credential: CallerCredential
}

/**
 * Date and Identity of an INVITE that leaves now (wall clock, milliseconds); both say the same second.
 * None outside of the certificate's time (RFC 8224 §6.1, step 3). `originId`: a UUID.
 */
export function identityHeaders(
  { credential, ...claims }: SignedCaller,
  originId: string,
  nowMs: number,
): HeaderLine[] {
  if (!isValidAt(credential, nowMs)) return []
  const { certificateUrl } = credential
  const passport = signPassport(
    claims,
    { originId, issuedAt: Math.floor(nowMs / 1000) },
    credential,
  )
  return [
    ['Date', new Date(nowMs).toUTCString()],
    ['Identity', `${passport};info=<${certificateUrl}>;alg=ES256;ppt=shaken`],
  ]
}

export function isValidAt({ validFromMs, validUntilMs }: CallerCredential, ms: number): boolean {
  return validFromMs <= ms && ms <= validUntilMs
}

/**
 * RFC 8225 §6 and §9: members in the order of their names, at every depth, and no white space; so they
 * stand here as they are written.
 */
function signPassport(
  { level, caller, callee }: CallerClaims,
  { originId, issuedAt }: { originId: string; issuedAt: number },
  { key, certificateUrl }: CallerCredential,
): string {
  const header = { alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: certificateUrl }
  const payload = {
    attest: level,
    dest: { tn: [callee] },
    iat: issuedAt,
    orig: { tn: caller },
    origid: originId,
  }
  const signed = [header, payload].map((part) => base64url(JSON.stringify(part))).join('.')
  // RFC 7518 §3.4: the two numbers one after the other, no ASN.1.
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
