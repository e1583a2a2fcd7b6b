import type { Logger } from '#base'
import type { JsonValue, ScriptContext, ScriptValue } from '#script'
import type { LoadedDocument, ResourceLoader } from '../fetch/resource-loader.ts'
import type { Budget } from '../limits.ts'
import type { Platform } from '../platform.ts'
import type { PromptQueue } from '../prompt/prompt-queue.ts'
import type { SessionMoment } from '../session-moment.ts'
import type { CallerInput } from './caller-input.ts'
import type { GrammarStore } from './grammar-store.ts'
import type { DialogTarget, Leaving } from './leaving.ts'
import type { Recordings } from './recordings.ts'

/** What a session has once, whatever documents and subdialogs it is in. */
export interface Interpreter {
  readonly platform: Platform
  readonly log: Logger
  readonly scripts: ScriptContext
  readonly budget: Budget
  /**
   * Counts a step of the main loop, and lets others have a turn now and then: a document that loops
   * does not keep the sessions beside it waiting.
   */
  readonly pace: () => Promise<void>
  /** Interprets dialogs in an execution context of their own, until they return or exit. */
  readonly runSubdialog: (
    depth: number,
    start: DialogTarget,
    params: ReadonlyMap<string, ScriptValue>,
  ) => Promise<Exclude<Leaving, { kind: 'dialog' }>>
  readonly note: (moment: SessionMoment) => void
  readonly input: CallerInput
  readonly prompts: PromptQueue
  readonly loader: ResourceLoader
  readonly grammars: GrammarStore
  readonly recordings: Recordings
  /**
   * Set once a disconnect event has been thrown: the final processing state (VoiceXML 2.0 section
   * 1.5.4), in which nothing waits for input any more.
   */
  disconnected: 'hangup' | 'disconnect' | undefined
  /** Of the last input, where it ended without its `termchar`: it may still follow. */
  lateTermchar: { readonly key: string; readonly untilMs: number } | undefined
  /** What the platform was last told of `recordcall`; nothing as long as no document has named it. */
  recordsCall: boolean | undefined
  /** What `<disconnect namelist>` returned (VoiceXML 2.1 section 8). */
  disconnectValue: JsonValue | undefined
}

/** A root document with perhaps a leaf, in execution; a subdialog has one of its own (section 2.3.4). */
export interface ExecutionContext {
  readonly interpreter: Interpreter
  /** 0 for the session's own; 1 and more inside subdialogs. */
  readonly depth: number
  root: LoadedDocument
  /** The same as `root` where that one is executed itself. */
  document: LoadedDocument
}
