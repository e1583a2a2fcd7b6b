import type { DialogState } from './dialog-state.ts'
import type { RelayedDigit } from './dtmf-relay.ts'
import type { Reason } from './headers/reason.ts'
import type { TransferOutcome, TransferSetting } from './transfer.ts'

export interface DialogEnd {
  readonly by: 'local' | 'remote'
  /** The Reason header where the peer gave one, else what happened. */
  readonly reason: string
}

export interface SessionBody {
  readonly body: Uint8Array
  readonly contentType: string
}

/** The answer to a re-INVITE: our current SDP, or a refusal. */
export type ReinviteAnswer = SessionBody | { readonly status: number; readonly reason?: string }

/** What became of an offer of ours; 491 has been tried again before it is told. */
export type OfferOutcome =
  /** With the answer; its body is empty where there is none. */
  | ({ readonly kind: 'accepted' } & SessionBody)
  /** The session stays as it was. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  /** The dialog ended first, or the peer does not answer any more and is hung up on. */
  | { readonly kind: 'ended' }

/** A confirmed call. */
export interface Dialog {
  /** As of now: the CSeq grows and the remote target may move. */
  readonly state: DialogState
  /** Resolves when the BYE was answered or given up; harmless where the dialog has ended. */
  bye(reason?: Reason): Promise<void>
  /** Offers another session, such as one on hold, by re-INVITE. Never rejects. */
  reinvite(offer: SessionBody): Promise<OfferOutcome>
  /** By UPDATE; without an offer it only asks whether the peer is still there. Never rejects. */
  update(offer?: SessionBody): Promise<OfferOutcome>
  /** Asks the peer to call somebody else, RFC 3515. Rejects `sip-invalid-uri` only; hangs up nothing. */
  refer(setting: TransferSetting): Promise<TransferOutcome>
  /** A key by INFO; false where the peer does not take it. Never rejects. */
  sendDigit(digit: RelayedDigit): Promise<boolean>
  /** Never rejects. */
  readonly ended: Promise<DialogEnd>
  /** For re-INVITE and UPDATE; without it 488. An offer with an empty body asks for ours. */
  onReinvite?: ((offer: SessionBody) => ReinviteAnswer) | undefined
  /** Keys by INFO (`application/dtmf-relay`); they do not come to `onInfo` then. */
  onDigit?: ((digit: RelayedDigit) => void) | undefined
  /** Without it, INFO of other kinds is refused: with 405, or 415 where `onDigit` is set. */
  onInfo?: ((info: SessionBody) => void) | undefined
}
