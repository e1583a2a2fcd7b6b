/** A way out to the telephone network: a SIP peer that takes our calls. Absent properties: the default. */
export interface Trunk {
  readonly name: string
  /** Of its servers, and of the URIs of its numbers. */
  readonly host: string
  /** Absent: its servers are looked up in the domain name system (RFC 3263). */
  readonly port?: number
  /** Absent: as the domain name system says, else UDP. */
  readonly transport?: 'udp' | 'tcp' | 'tls'
  /** PEM files: who may vouch for the trunk, in place of the usual authorities, and who we are. */
  readonly tlsCaFile?: string
  readonly tlsCertificateFile?: string
  readonly tlsKeyFile?: string

  readonly username?: string
  readonly password?: string
  /** It takes calls only from who is registered: for so long is asked. Absent: it does not. */
  readonly registerSeconds?: number
  /** It is asked so often whether it is there, and takes calls only while it says so. Absent: never. */
  readonly pingSeconds?: number

  /** What is asked for, RFC 4028; 0: no session timer. Default 1800. */
  readonly sessionSeconds?: number
  /** Whether the callee may ring reliably (RFC 3262). Default `supported`. */
  readonly reliableProgress?: 'off' | 'supported' | 'required'
  /** Offered, in order of preference. Default PCMU, PCMA. */
  readonly codecs?: readonly TrunkCodec[]
  /** `sdes`: audio is encrypted with keys in the SDP (RFC 4568), or there is no call. Default `off`. */
  readonly srtp?: 'off' | 'sdes'
  /** How keys are sent. Default `rfc4733`, or in the audio where the callee does not know it. */
  readonly keys?: 'rfc4733' | 'info' | 'inband'

  /** Shown where the call brings none of its own. */
  readonly callerId?: string
  /** What becomes of a call whose `ani` is not ten digits: refused, or sent with `callerId`. */
  readonly invalidCallerId: 'decline' | 'default'
  /** Default: as it was given. */
  readonly callerIdFormat?: NumberFormat
  /** The trunk is asked not to show it to the callee (RFC 3323, RFC 3325). */
  readonly withholdsCallerId?: boolean
  /** Whether the trunk is told in P-Asserted-Identity who calls. Default true. */
  readonly assertsIdentity?: boolean

  /** PEM files: the key that signs who calls (RFC 8224), and its certificate. Absent: nothing is signed. */
  readonly signingKeyFile?: string
  readonly signingCertificateFile?: string
  /** The https URL where others find that certificate. */
  readonly signingCertificateUrl?: string
  /** RFC 8588: how far we vouch for the caller ID. */
  readonly attestation?: AttestationLevel
  /** Beginnings of E.164 numbers that are ours: `A` is said of them, and of `callerId`, alone. */
  readonly ownNumbers?: readonly string[]

  /** Default `e164`. */
  readonly numberFormat?: NumberFormat
  /** ISO 3166 alpha-2: whose national forms those are. Default `US`. */
  readonly country?: string
  /** Taken away where a formatted number begins with it; then `prefix` is put before. */
  readonly stripPrefix?: string
  readonly prefix?: string

  /** Trunks of lower priority come first. Default 1. */
  readonly priority?: number
  /** Its share of the calls among trunks of its priority. Default 1. */
  readonly weight?: number
  /** Final answers after which the call may go to another trunk. Default 500, 502, 503. */
  readonly failoverStatuses?: readonly number[]
  /** Calls at once; absent: no limit of its own. */
  readonly lines?: number
  readonly callsPerSecond?: number
}

/**
 * `e164`: `+16175551212`; `digits`: the same without its plus; `national`: as it is dialled in the
 * trunk's country, a foreign one with the prefix for calls abroad.
 */
export type NumberFormat = 'e164' | 'digits' | 'national'

/** RFC 8588 §4: `A` caller and right to the number are known, `B` the caller is, `C` neither. */
export type AttestationLevel = 'A' | 'B' | 'C'

/** What may be offered, by RTP's names. */
export const TRUNK_CODECS = ['PCMU', 'PCMA', 'G722', 'OPUS'] as const
export type TrunkCodec = (typeof TRUNK_CODECS)[number]

/** Signs of a trunk that is out of order, none of which says that somebody was called. */
export const FAILOVER_STATUSES: readonly number[] = [500, 502, 503]
