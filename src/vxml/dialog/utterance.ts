import type { GrammarMode } from '#grammar'
import type { JsonValue } from '#script'
import type { ChoiceNode, Dialog, LinkNode } from '../document/vxml-document.ts'
import type { PlaybackEnd, Recording } from '../platform.ts'

/** Whose grammar it is, and so what a match does. */
export type GrammarOwner =
  | { readonly kind: 'item' }
  | { readonly kind: 'form' }
  | { readonly kind: 'link'; readonly link: LinkNode }
  | { readonly kind: 'choice'; readonly choice: ChoiceNode }
  /** One of the words of the property `universals`. */
  | { readonly kind: 'universal'; readonly event: string }
  /** A document-scoped grammar of another dialog; `inner` is what it is there. */
  | {
      readonly kind: 'dialog'
      readonly dialog: Dialog
      readonly ofRoot: boolean
      readonly inner: GrammarOwner
    }

/** One thing that the caller may have said: an element of `application.lastresult$`. */
export interface Result {
  readonly mode: GrammarMode
  /** Digits without blanks, or words. */
  readonly text: string
  readonly value: JsonValue
  /** 0 to 1. */
  readonly confidence: number
}

/** What a wait for input came to, matched or not: the whole of `application.lastresult$`. */
export interface Heard extends Result {
  /** With `maxnbest` above 1: what else it may have been, the most probable first. */
  readonly others?: readonly Result[]
  /** The last `<mark>` that was passed. */
  readonly mark?: PlaybackEnd['mark']
  /** With `recordutterance`: null where no audio was collected. Absent where it was not asked for. */
  readonly recording?: Recording | null
}

/** Appendix C: "a summary of what the user said or keyed in". */
export interface Utterance extends Heard {
  readonly owner: GrammarOwner
}
