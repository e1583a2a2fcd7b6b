import type { XmlElement } from '#xml'
import type { VoiceHint } from '../platform.ts'

/**
 * A VoiceXML document as the interpreter runs it (VoiceXML 2.0, 2.1). Immutable and free of its URI,
 * so that one parsed tree serves every call that fetches the same bytes.
 */
export interface VxmlDocument {
  /** `<vxml version>`: 1.0, 2.0 or 2.1. */
  readonly version: string
  readonly language?: string
  /** The application root document, as written. */
  readonly application?: string
  /** `xml:base`, as written. */
  readonly base?: string
  /** `<meta http-equiv>`: headers that the answer should have had, by name in lower case (section 6.2.1). */
  readonly httpEquiv: ReadonlyMap<string, string>
  /** What is declared and run when the document is entered, in document order. */
  readonly declarations: readonly Declaration[]
  readonly properties: Properties
  readonly catches: readonly CatchNode[]
  readonly links: readonly LinkNode[]
  readonly dialogs: readonly Dialog[]
}

export interface Place {
  readonly line: number
  readonly column: number
}

/** An ECMAScript expression and where it stands. */
export interface Expression extends Place {
  readonly code: string
}

/** A value that is either written out or computed: `next` and `expr`, `event` and `eventexpr` … */
export type Written =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'expression'; readonly expression: Expression }

export type Properties = ReadonlyMap<string, string>

export type Declaration = VarNode | ScriptNode | DataNode

/** A `<form>`, or a `<menu>` seen as a form with a single item (appendix C). */
export interface Dialog extends Place {
  readonly kind: 'form' | 'menu'
  readonly id?: string
  readonly scope: 'dialog' | 'document'
  /** `<var>`, `<script>` and form items in document order: what initialization walks. */
  readonly entries: readonly (Declaration | FormItem)[]
  readonly items: readonly FormItem[]
  /** All `<filled>`, of the form and of its items, in document order. */
  readonly filleds: readonly FilledNode[]
  readonly grammars: readonly GrammarNode[]
  readonly links: readonly LinkNode[]
  readonly catches: readonly CatchNode[]
  readonly properties: Properties
}

interface ItemBase extends Place {
  readonly name?: string
  readonly expr?: Expression
  readonly cond?: Expression
  readonly prompts: readonly PromptNode[]
  readonly catches: readonly CatchNode[]
  readonly properties: Properties
  readonly grammars: readonly GrammarNode[]
  readonly links: readonly LinkNode[]
  readonly modal: boolean
}

export interface BlockItem extends ItemBase {
  readonly kind: 'block'
  readonly content: readonly Executable[]
}
export interface InitialItem extends ItemBase {
  readonly kind: 'initial'
}
export interface FieldItem extends ItemBase {
  readonly kind: 'field'
  readonly slot?: string
  /** A builtin type with its parameters, e.g. `digits?length=4`. */
  readonly type?: string
  readonly options: readonly OptionNode[]
}
export interface MenuItem extends ItemBase {
  readonly kind: 'menu'
  readonly choices: readonly ChoiceNode[]
}
export interface RecordItem extends ItemBase {
  readonly kind: 'record'
  readonly beep: boolean
  readonly maxTime?: string
  readonly finalSilence?: string
  readonly dtmfTerm: boolean
  readonly type?: string
}
export interface TransferItem extends ItemBase {
  readonly kind: 'transfer'
  readonly dest: Written
  readonly type: 'bridge' | 'blind' | 'consultation'
  readonly connectTimeout?: string
  readonly maxTime?: string
  readonly aai?: Written
  /** `transferaudio`, as written. */
  readonly audio?: string
}
export interface SubdialogItem extends ItemBase, Sending {
  readonly kind: 'subdialog'
  readonly src: Written
  readonly namelist: readonly string[]
  readonly params: readonly ParamNode[]
  readonly fetching: Fetching
}
export interface ObjectItem extends ItemBase {
  readonly kind: 'object'
}

export type FormItem =
  | BlockItem
  | InitialItem
  | FieldItem
  | MenuItem
  | RecordItem
  | TransferItem
  | SubdialogItem
  | ObjectItem

export interface ParamNode extends Place {
  readonly name: string
  readonly value: Written
}

/** The fetch attributes of an element (section 6.1.1), as written; absent where the property decides. */
export interface Fetching {
  readonly timeout?: string
  readonly audio?: string
  readonly hint?: string
  readonly maxAge?: string
  readonly maxStale?: string
}

/** How values are sent (sections 5.3.8, 2.3.4; VoiceXML 2.1 section 5). */
export interface Sending {
  readonly method: 'GET' | 'POST'
  /** As written. */
  readonly enctype?: string
}

export interface FilledNode extends Place {
  /** The item it stands in; absent for one of the form. */
  readonly item?: FormItem
  readonly mode: 'all' | 'any'
  readonly namelist: readonly string[]
  readonly content: readonly Executable[]
}

export interface CatchNode extends Place {
  /** Without trailing dots; an empty one matches everything. */
  readonly events: readonly string[]
  readonly count: number
  readonly cond?: Expression
  readonly content: readonly Executable[]
}

/** Where a link or a choice leads: somewhere, or to an event. */
export interface Leads {
  readonly next?: Written
  readonly event?: Written
  readonly message?: Written
  readonly fetching: Fetching
}

export interface LinkNode extends Place, Leads {
  readonly dtmf?: string
  readonly grammars: readonly GrammarNode[]
}

export interface ChoiceNode extends Place, Leads {
  readonly dtmf?: string
  readonly accept: 'exact' | 'approximate'
  readonly text: string
  readonly content: readonly PromptContent[]
  readonly grammars: readonly GrammarNode[]
}

export interface OptionNode extends Place {
  readonly dtmf?: string
  readonly accept: 'exact' | 'approximate'
  readonly value: string
  readonly text: string
}

export interface GrammarNode extends Place {
  /** Absent for an inline grammar. */
  readonly src?: Written
  readonly element: XmlElement
  readonly type?: string
  readonly mode?: 'voice' | 'dtmf'
  readonly scope?: 'dialog' | 'document'
  readonly fetching: Fetching
}

export interface PromptNode extends Place {
  readonly kind: 'prompt'
  readonly bargein?: boolean
  readonly bargeinType?: 'speech' | 'hotword'
  readonly cond?: Expression
  readonly count: number
  readonly timeout?: string
  readonly language?: string
  /** `xml:base`, as written. */
  readonly base?: string
  /** `<lexicon uri>`, as written. */
  readonly lexicons?: readonly string[]
  readonly content: readonly PromptContent[]
}

/** What may be said (VoiceXML 2.0 section 4.1, SSML 1.0). */
export type PromptContent =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'phoneme'
      readonly text: string
      readonly ph: string
      readonly alphabet?: string
    }
  | { readonly kind: 'value'; readonly expression: Expression }
  | ({ readonly kind: 'audio' } & AudioNode)
  | { readonly kind: 'break'; readonly durationMs: number }
  | { readonly kind: 'mark'; readonly name: Written }
  | {
      readonly kind: 'say-as'
      readonly interpretAs: string
      readonly format?: string
      readonly detail?: string
      readonly content: readonly PromptContent[]
    }
  | { readonly kind: 'sub'; readonly alias: string }
  | {
      readonly kind: 'style'
      readonly voice: VoiceHint
      /** A `<p>` or `<s>`: it is parted from what stands around it. */
      readonly unit?: 'paragraph' | 'sentence'
      readonly content: readonly PromptContent[]
    }
  | ({ readonly kind: 'enumerate' } & EnumerateNode)
  | ({ readonly kind: 'foreach' } & ForeachPromptNode)

export interface AudioNode extends Place {
  readonly src: Written
  readonly maxTime?: string
  readonly fetching: Fetching
  readonly content: readonly PromptContent[]
}
export interface EnumerateNode extends Place {
  /** Empty: the platform's own way of listing the choices. */
  readonly content: readonly PromptContent[]
}
export interface ForeachPromptNode extends Place {
  readonly item: string
  readonly array: Expression
  readonly content: readonly PromptContent[]
}

export interface VarNode extends Place {
  readonly kind: 'var'
  readonly name: string
  readonly expr?: Expression
}
export interface ScriptNode extends Place {
  readonly kind: 'script'
  readonly src?: Written
  /** The encoding of what `src` names, where HTTP does not say. */
  readonly charset?: string
  /** Written out, with all its lines, and where it begins. */
  readonly code: Expression
  readonly fetching: Fetching
}
export interface DataNode extends Place, Sending {
  readonly kind: 'data'
  readonly name?: string
  readonly src: Written
  readonly namelist: readonly string[]
  readonly fetching: Fetching
}
export interface AssignNode extends Place {
  readonly kind: 'assign'
  readonly name: string
  readonly expr: Expression
}
export interface ClearNode extends Place {
  readonly kind: 'clear'
  readonly namelist: readonly string[]
}
export interface IfNode extends Place {
  readonly kind: 'if'
  /** `<if>`, `<elseif>` and `<else>` in order; the last one's condition may be absent. */
  readonly branches: readonly {
    readonly cond?: Expression
    readonly content: readonly Executable[]
  }[]
}
export interface ForeachNode extends Place {
  readonly kind: 'foreach'
  readonly item: string
  readonly array: Expression
  readonly content: readonly Executable[]
}
export interface GotoNode extends Place {
  readonly kind: 'goto'
  readonly next?: Written
  readonly nextItem?: Written
  readonly fetching: Fetching
}
export interface SubmitNode extends Place, Sending {
  readonly kind: 'submit'
  readonly next: Written
  /** Absent: all named input items of the form. */
  readonly namelist?: readonly string[]
  readonly fetching: Fetching
}
export interface ExitNode extends Place {
  readonly kind: 'exit'
  readonly expr?: Expression
  readonly namelist: readonly string[]
}
export interface ReturnNode extends Place {
  readonly kind: 'return'
  readonly event?: Written
  readonly message?: Written
  readonly namelist: readonly string[]
}
export interface DisconnectNode extends Place {
  readonly kind: 'disconnect'
  readonly namelist: readonly string[]
}
export interface ThrowNode extends Place {
  readonly kind: 'throw'
  readonly event: Written
  readonly message?: Written
}
export interface LogNode extends Place {
  readonly kind: 'log'
  readonly label: string
  readonly expr?: Expression
  readonly content: readonly PromptContent[]
}
export interface RepromptNode extends Place {
  readonly kind: 'reprompt'
}

/** Executable content (VoiceXML 2.0 section 5.3). */
export type Executable =
  | VarNode
  | ScriptNode
  | DataNode
  | AssignNode
  | ClearNode
  | IfNode
  | ForeachNode
  | GotoNode
  | SubmitNode
  | ExitNode
  | ReturnNode
  | DisconnectNode
  | ThrowNode
  | LogNode
  | RepromptNode
  | PromptNode
