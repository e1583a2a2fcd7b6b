import type { LogLevel } from '#base'
import type { CompiledScriptEngine, ScriptLimits } from '#script'
import type {
  CallerEvent,
  DialogueStep,
  FetchFailure,
  FetchRequest,
  FetchResponse,
  FirstDocument,
  LogEntry,
  PlaybackEnd,
  Prompt,
  RecordEnd,
  RecordRequest,
  SessionEnd,
  SessionLimits,
  SessionVariables,
  TransferEnd,
  TransferRequest,
} from '#vxml'

/** What a session needs to begin; plain data, so that it can cross to a worker. */
export interface SessionStart {
  /** Whose it is: sessions of one account share a worker, so that they harm each other first. */
  readonly accountId: number
  readonly startUri: string
  readonly startMethod: 'GET' | 'POST'
  readonly startFields: readonly (readonly [name: string, value: string])[]
  readonly variables: SessionVariables
  /** The document fetched while the phone rang. */
  readonly firstDocument?: FirstDocument
}

/** From the main thread to the worker that runs the session. */
export type ToSession =
  | {
      readonly type: 'start'
      readonly session: number
      readonly start: SessionStart
      /** Whether its platform can do `<record>`. */
      readonly records: boolean
      /** Whether it can do `<transfer>`. */
      readonly transfers: boolean
      /** Whether its steps are wanted. */
      readonly traces: boolean
    }
  | { readonly type: 'caller'; readonly session: number; readonly event: CallerEvent }
  | {
      readonly type: 'fetched'
      readonly session: number
      readonly request: number
      readonly response: FetchResponse
    }
  | {
      readonly type: 'fetch-failed'
      readonly session: number
      readonly request: number
      readonly failure: FetchFailure
    }
  | {
      readonly type: 'played'
      readonly session: number
      readonly request: number
      readonly end: PlaybackEnd
    }
  | {
      readonly type: 'recorded'
      readonly session: number
      readonly request: number
      readonly end: RecordEnd
    }
  | {
      readonly type: 'transferred'
      readonly session: number
      readonly request: number
      readonly end: TransferEnd
    }
  | { readonly type: 'disconnected'; readonly session: number; readonly request: number }

/** From the worker to the main thread: the platform port, call by call. */
export type FromSession =
  | { readonly type: 'ready' }
  /** A line for the log. */
  | {
      readonly type: 'report'
      readonly level: LogLevel
      readonly event: string
      readonly fields: Record<string, unknown>
    }
  | {
      readonly type: 'fetch'
      readonly session: number
      readonly request: number
      readonly what: FetchRequest
    }
  | { readonly type: 'prepare'; readonly session: number; readonly prompt: Prompt }
  | {
      readonly type: 'play'
      readonly session: number
      readonly request: number
      readonly prompt: Prompt
    }
  | {
      readonly type: 'record'
      readonly session: number
      readonly request: number
      readonly what: RecordRequest
    }
  | {
      readonly type: 'transfer'
      readonly session: number
      readonly request: number
      readonly what: TransferRequest
    }
  | { readonly type: 'record-call'; readonly session: number; readonly on: boolean }
  /** Of a playback, a recording or a transfer. */
  | { readonly type: 'stop'; readonly session: number; readonly request: number }
  | { readonly type: 'disconnect'; readonly session: number; readonly request: number }
  | { readonly type: 'log'; readonly session: number; readonly entry: LogEntry }
  /** What has happened since the last message, before anything else that is said of it. */
  | { readonly type: 'steps'; readonly session: number; readonly steps: readonly AgedStep[] }
  | { readonly type: 'ended'; readonly session: number; readonly end: SessionEnd }

/** `ageMs`: how long ago it was when the message left. */
export interface AgedStep {
  readonly ageMs: number
  readonly step: DialogueStep
}

/** What a worker begins with. */
export interface WorkerSetup {
  /** One cell for each mark, shared with the watchdog. */
  readonly marks: Int32Array<SharedArrayBuffer>
  readonly limits: Partial<SessionLimits>
  readonly scriptLimits: Partial<ScriptLimits>
  readonly compiled: CompiledScriptEngine
}

/**
 * The worker's marks. `STRETCH`: the number of the present stretch of work, 0 while the worker waits.
 * `EVALUATING`: the session whose script is at work, 0 for none. `SIGN`: grows with each evaluation and
 * each time the script engine asks whether to stop.
 */
export const STRETCH = 0
export const EVALUATING = 1
export const SIGN = 2
export const MARKS = 3
