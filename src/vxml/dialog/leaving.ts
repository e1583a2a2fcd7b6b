import type { JsonValue } from '#script'
import type { Dialog } from '../document/vxml-document.ts'
import type { LoadedDocument } from '../fetch/resource-loader.ts'
import type { SessionFault } from '../platform.ts'
import type { Utterance } from './utterance.ts'

/** Where a transition leads, fetched already: what can fail has failed in the old dialog's scope. */
export interface DialogTarget {
  readonly dialog: Dialog
  readonly document: LoadedDocument
  /** The same as `document` where that is a root document. */
  readonly root: LoadedDocument
  /** Which context is preserved (VoiceXML 2.0 section 1.5.2). */
  readonly keeps: 'document' | 'root' | 'nothing'
}

/** How a dialog is left. */
export type Leaving =
  | { readonly kind: 'dialog'; readonly target: DialogTarget; readonly utterance?: Utterance }
  | {
      readonly kind: 'exit'
      readonly reason: 'exit' | 'disconnect' | 'hangup' | 'error'
      readonly value?: JsonValue
      readonly fault?: SessionFault
    }
  | {
      readonly kind: 'return'
      readonly value: JsonValue
      readonly event?: { readonly name: string; readonly message: string }
    }

/** What executable content may end with: leaving, or another item of the same form. */
export type Flow = Leaving | { readonly kind: 'item'; readonly name: string }
