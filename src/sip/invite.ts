import type { Dialog, ReinviteAnswer, SessionBody } from './dialog.ts'
import type { Reason } from './headers/reason.ts'
import type { SignedCaller } from './passport.ts'

/** A transport address; `host` is a name or an IP literal without brackets. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** TLS: the name that the certificate must have; `host` where it is absent. */
  readonly serverName?: string
  /** TLS: which of the user agent's profiles speaks for us and judges the certificate. */
  readonly tlsProfile?: string
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Whom to call and through which trunk. */
export interface InviteTarget {
  readonly trunk: Target & { readonly username?: string; readonly password?: string }
  /** Other servers of the trunk, by the same transport, each tried where the one before certainly
   * got nothing: see `UserAgent.locate`. */
  readonly alternates?: readonly Target[]
  /** Whose numbers these are, in every URI; default: the trunk's own host and port. */
  readonly domain?: { readonly host: string; readonly port?: number }
  /** E.164 with its plus, or any user part: it is escaped, never trusted. */
  readonly destination: string
  /** The number shown to the callee; without one the call is anonymous. */
  readonly callerId?: string
  readonly displayName?: string
  /** RFC 3323 and 3325: the trunk is told who calls, and asked not to tell the callee. */
  readonly withholdCallerId?: boolean
  /** P-Asserted-Identity (RFC 3325 §9.1), for a trunk that trusts us; default true. */
  readonly assertIdentity?: boolean
}

/**
 * Everything that identifies an INVITE, fixed before it is sent, so that it can be stored first and an
 * orphan can be ended by a later process. JSON-safe; holds no password.
 */
export interface InviteIdentity {
  readonly callId: string
  readonly fromTag: string
  readonly cseq: number
  /** The branch of the top Via, which a CANCEL must repeat (RFC 3261 §9.1). */
  readonly branch: string
  readonly requestUri: string
  /** The From value with its tag. */
  readonly from: string
  readonly to: string
  /** The P-Asserted-Identity values, none for an anonymous call. */
  readonly assertedIdentities: readonly string[]
  /** `Privacy: id` (RFC 3325 §9.3). */
  readonly withheld?: boolean
  readonly target: Target
  readonly alternates?: readonly Target[]
  /** Where Via and Contact point, fixed with the identity. */
  readonly localAddress: { readonly host: string; readonly port: number }
}

export interface InviteOptions {
  /** The SDP offer. */
  readonly body: Uint8Array
  readonly contentType: string
  /** Each provisional response, 100 included. */
  readonly onProgress?: (progress: InviteProgress) => void
  /** An offer that the callee makes by UPDATE before it answers; without this it gets 488. */
  readonly onEarlyOffer?: (offer: SessionBody) => ReinviteAnswer
  /** RFC 4028: what is asked for, instead of the user agent's own; 0: no session timer at all. */
  readonly sessionSeconds?: number
  /** RFC 3262: whether the callee may ring reliably (default), must, or is not told that it can. */
  readonly reliableProgress?: 'off' | 'supported' | 'required'
  /** RFC 8224: who calls, signed anew in each INVITE that is sent. Default: it is not. */
  readonly signedCaller?: SignedCaller
  /** RFC 7433: what is told to the callee's application; more than 128 octets of UTF-8 are not sent. */
  readonly userToUser?: string
  /** From sending to the final answer; then CANCEL, and the outcome `ring-timeout`. */
  readonly ringTimeoutMs: number
  /** Once, when the first INVITE was handed to the transport. */
  readonly onSent?: () => void
  /** Only where the identity did not come from this process's `prepareInvite`, which knows the trunk. */
  readonly credentials?: Credentials
}

export interface InviteProgress {
  readonly status: number
  readonly reason: string
  readonly body?: Uint8Array
}

export interface OutgoingCall {
  readonly identity: InviteIdentity
  /** Never rejects. */
  readonly outcome: Promise<InviteOutcome>
  /** Ends the attempt: CANCEL once a provisional came; a 2xx that crosses it gets ACK and BYE. */
  cancel(reason?: Reason): void
}

export type InviteOutcome =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly reason: string
      readonly body: Uint8Array
      readonly contentType: string
      /** RFC 7433: what the callee's application tells. */
      readonly userToUser?: string
      readonly dialog: Dialog
    }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly reason: string
      /** Lower-case names; values of repeated headers joined by `, `. */
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'ring-timeout' }
  /** Nothing came back in time, or the connection broke after sending: the callee may have rung. */
  | { readonly kind: 'no-response'; readonly reason: string }
  /** The INVITE certainly reached nobody. */
  | { readonly kind: 'unreachable'; readonly reason: string }
