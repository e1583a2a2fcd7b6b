import type { Dialog } from './dialog.ts'

export interface IncomingRequest {
  readonly uri: string
  /** The user part of the Request-URI, unescaped. */
  readonly number: string
  /** The user part of From, unescaped. */
  readonly from: string
  readonly displayName: string
  readonly callId: string
  /** In order, names as received. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly contentType: string
  readonly body: Uint8Array
}

/** An INVITE that asks for an answer. The first of answer, refuse and drop wins; later ones do nothing. */
export interface IncomingCall {
  readonly request: IncomingRequest
  /** 180 by default; with a body 183 or 180 carry early media. */
  ring(status?: number, body?: Uint8Array, contentType?: string): void
  /** Resolves on the ACK; rejects `sip-call-over` if canceled, `sip-no-ack` after 64*T1 (BYE is sent). */
  answer(body: Uint8Array, contentType: string): Promise<Dialog>
  refuse(status: number, reason?: string, headers?: Readonly<Record<string, string>>): void
  /** Never answers: the caller hears nothing at all. Only before `ring`. */
  drop(): void
  /** Resolves when the caller sends CANCEL; never, where the call is answered or refused first. */
  readonly canceled: Promise<void>
}
