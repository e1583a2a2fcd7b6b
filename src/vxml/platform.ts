import type { Clock } from '#base'
import type { PlatformEvent } from './events/platform-event.ts'

/**
 * The port of this room: what an interpreter asks of the world. A phone call answers it in `dialer`,
 * a terminal in `cli try`, a script on a virtual clock in tests. All of it is plain data that can
 * cross a thread.
 */
export interface Platform {
  /** Drives `timeout`, `interdigittimeout` and the like. */
  readonly clock: Clock
  /** Never rejects for an HTTP status; rejects with a `FetchFailure` where there is no answer at all. */
  fetch(request: FetchRequest): Promise<FetchResponse>
  /** Makes ready what will soon be played. Best effort, returns at once. */
  prepare(prompt: Prompt): void
  /** Begins to play. One playback at a time: the interpreter waits for the last one before the next. */
  play(prompt: Prompt): Playback
  /** Hangs up. Resolves when the far end is gone. */
  disconnect(): Promise<void>
  log(entry: LogEntry): void
  /**
   * Told whenever the interpreter begins to wait for input, for recognisers that want to know. What
   * they hear comes by `Session.receive`. A platform without it just sends what the caller does.
   */
  listen?(request: ListenRequest): Listening
  /** `<record>`. A platform without it makes the interpreter throw `error.unsupported.record`. */
  record?(request: RecordRequest): RecordingInProgress
  /**
   * The property `recordcall` (plum-api section 7): from now on the whole call is to be recorded, or no
   * longer. A platform without it records as its operator has set it up.
   */
  recordCall?(on: boolean): void
  /** `<transfer>`. A platform without it makes the interpreter throw `error.unsupported.transfer`. */
  transfer?(request: TransferRequest): Transfer
  /** The kinds of transfer it can do; absent: all. */
  readonly transferTypes?: readonly TransferRequest['type'][]
  /**
   * Languages that can be spoken, e.g. `en-US` or `en` for all of English; any other one is
   * `error.unsupported.language`. Absent: the voice at hand speaks whatever it is given.
   */
  readonly languages?: readonly string[]
}

export interface Playback {
  /** Resolves when the last sample has been heard, or `stop` was called, or the call has ended. */
  readonly ended: Promise<PlaybackEnd>
  stop(): void
}

export interface PlaybackEnd {
  /** True where `stop` or a hang-up cut it short. */
  readonly interrupted: boolean
  /** The last `<mark>` that was passed, and the milliseconds since it (VoiceXML 2.1 section 3). */
  readonly mark?: { readonly name: string; readonly elapsedMs: number }
}

/** One `<prompt>`, its conditions and expressions evaluated (VoiceXML 2.0 section 4.1). */
export interface Prompt {
  readonly parts: readonly PromptPart[]
  /** False: input is not accepted, and keys are dropped, while this plays. */
  readonly bargein: boolean
  /** Default `speech`. With `hotword` only input that matches a grammar stops it (section 4.1.5.1). */
  readonly bargeinType?: 'speech' | 'hotword'
  /** BCP 47, e.g. `en-US`. */
  readonly language: string
  /** Absolute addresses of pronunciation lexicons (SSML 1.0 section 3.1.4). */
  readonly lexicons?: readonly string[]
}

export type PromptPart =
  | {
      readonly kind: 'text'
      readonly text: string
      readonly voice?: VoiceHint
      /** How `text` is pronounced (SSML 1.0 section 3.1.9). */
      readonly phoneme?: { readonly ph: string; readonly alphabet?: string }
    }
  | {
      readonly kind: 'say-as'
      readonly text: string
      readonly interpretAs: string
      readonly format?: string
      readonly detail?: string
      readonly voice?: VoiceHint
    }
  | {
      readonly kind: 'break'
      readonly durationMs: number
      /**
       * Not a pause that is written, but the end of a `<s>` or `<p>`: `durationMs` is for those that
       * have no better way to make it heard.
       */
      readonly boundary?: 'sentence' | 'paragraph'
    }
  | { readonly kind: 'mark'; readonly name: string }
  | {
      readonly kind: 'audio'
      /** Absolute; or that of a `Recording` of this call. */
      readonly uri: string
      readonly fetchTimeoutMs: number
      /** How old, and how long expired, a kept copy may be; absent: what HTTP says of it. */
      readonly maxAgeSeconds?: number
      readonly maxStaleSeconds?: number
      /** Plum's `maxtime`: play at most so much. */
      readonly maxDurationMs?: number
      /** Said where the audio cannot be fetched or read. */
      readonly fallback: readonly PromptPart[]
    }

export interface VoiceHint {
  readonly name?: string
  readonly gender?: 'male' | 'female' | 'neutral'
  /** Of normal: 1 = 100 %. */
  readonly rate?: number
  readonly volume?: number
  readonly language?: string
  /** Years. */
  readonly age?: number
  readonly variant?: number
  readonly emphasis?: 'strong' | 'moderate' | 'none' | 'reduced'
  /** As written (SSML 1.0 section 3.2.4), e.g. `high`, `+10%`, `200Hz`. */
  readonly pitch?: string
  readonly range?: string
  readonly contour?: string
  /** How long the words are to take. */
  readonly durationMs?: number
}

/** One request on the wire; cookies, caching and redirects are the interpreter's own business. */
export interface FetchRequest {
  /** Absolute, http or https, without fragment. */
  readonly uri: string
  readonly method: 'GET' | 'POST'
  /** Sent as the query (GET) or the body (POST), in this order: `wireRequest` makes that of them. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /**
   * The body of a POST; absent: `application/x-www-form-urlencoded`. With `multipart/form-data` a value
   * that is the `uri` of a `Recording` is sent as its audio, in a part of the field's name.
   */
  readonly enctype?: 'multipart/form-data'
  /** Names in lower case, e.g. `cookie`, `if-none-match`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

export interface FetchResponse {
  /** What answered: the base of relative references. */
  readonly uri: string
  /** A redirect is handed back as it came: the interpreter follows it, with the cookies it sets. */
  readonly status: number
  readonly contentType: string
  /** Names in lower case, `set-cookie` left out. */
  readonly headers?: Readonly<Record<string, string>>
  /** The values of `Set-Cookie`, one each. */
  readonly setCookies?: readonly string[]
  readonly body: Uint8Array
}

/** What `Platform.fetch` rejects with; across a thread only `message` and `reason` survive. */
export interface FetchFailure {
  readonly reason: 'timeout' | 'refused' | 'blocked' | 'too-large' | 'network'
  readonly message: string
}

/** How to listen, from the properties of VoiceXML 2.0 sections 6.3.2 and 6.3.6. */
export interface ListenRequest {
  readonly modes: readonly ('dtmf' | 'voice')[]
  /** Languages of the voice grammars, where they name any. */
  readonly languages: readonly string[]
  /** Only matches count: noise and stray words are no input. */
  readonly hotword: boolean
  readonly completeTimeoutMs: number
  readonly incompleteTimeoutMs: number
  readonly maxSpeechTimeoutMs: number
  /** 0 to 1, as the three below. */
  readonly confidenceLevel: number
  readonly sensitivity: number
  readonly speedVsAccuracy: number
  readonly maxNBest: number
  /** The media type in which to record what is said; absent: do not (VoiceXML 2.1 section 7). */
  readonly recordUtterance?: string
}

export interface Listening {
  /** The wait is over. Twice-safe. */
  stop(): void
}

/** Audio of this call. The bytes stay with the platform; documents carry its `uri` in a variable. */
export interface Recording {
  /** `recording:` and a name of the platform's choice, unique in the call. */
  readonly uri: string
  readonly contentType: string
  readonly sizeBytes: number
  readonly durationMs: number
}

/** What `<record>` asks for (VoiceXML 2.0 section 2.3.6). Prompts are over already. */
export interface RecordRequest {
  readonly beep: boolean
  /** From the end of the beep; nothing said until then ends it as `noinput`. */
  readonly timeoutMs: number
  readonly maxTimeMs: number
  readonly finalSilenceMs: number
  readonly contentType: RecordingType
}

/** VoiceXML 2.0 appendix E. */
export type RecordingType = 'audio/basic' | 'audio/x-alaw-basic' | 'audio/x-wav'

export interface RecordingInProgress {
  readonly ended: Promise<RecordEnd>
  /** The caller has ended it by a key or a phrase. Twice-safe. */
  stop(): void
}

export interface RecordEnd {
  /** `failed`: what was said could not be kept. */
  readonly reason: 'noinput' | 'finalsilence' | 'maxtime' | 'stopped' | 'hangup' | 'failed'
  /** Absent where no audio was collected. */
  readonly recording?: Recording
}

/** What `<transfer>` asks for (VoiceXML 2.0 section 2.3.7, 2.1 section 9). */
export interface TransferRequest {
  /** A phone number in a form of plum-api section 3, or a `tel:`, `sip:` or `sips:` URI. */
  readonly dest: string
  readonly type: 'bridge' | 'blind' | 'consultation'
  /** Of a bridge or consultation. */
  readonly connectTimeoutMs: number
  /** Of a bridge; 0: no limit. */
  readonly maxTimeMs: number
  readonly aai: string
  /** Played while it connects, in place of the ringing. Not for blind transfers. */
  readonly audio?: Extract<PromptPart, { kind: 'audio' }>
}

export interface Transfer {
  readonly ended: Promise<TransferEnd>
  /** The caller matched a grammar: the outgoing leg is ended, `near_end_disconnect`. Twice-safe. */
  stop(): void
}

export interface TransferEnd {
  readonly result:
    | 'noanswer'
    | 'busy'
    | 'network_busy'
    | 'far_end_disconnect'
    | 'near_end_disconnect'
    | 'maxtime_disconnect'
    | 'network_disconnect'
    | 'unknown'
    /** Blind or consultation: the caller is gone to the other line. */
    | 'transferred'
    /** The destination may not be dialled, or is not a number. */
    | 'not-authorized'
    | 'bad-destination'
    | 'unsupported-uri'
    | 'no-route'
    | 'no-resource'
    /** `status` says which. */
    | 'protocol-error'
    /** The caller hung up. */
    | 'hangup'
  /** From the answer to the end; 0 where nobody answered. */
  readonly durationMs: number
  /** Of the protocol, e.g. 488. */
  readonly status?: number
}

export interface LogEntry {
  readonly label: string
  readonly text: string
}

/** What the caller does; handed to `Session.receive`. */
export type CallerEvent =
  /** `key`: one of 0–9 * # A–D. */
  | { readonly kind: 'key'; readonly key: string }
  /** The caller begins to speak: prompts stop, unless they wait for a hotword. */
  | { readonly kind: 'speech-started' }
  /** What has been understood so far; `completetimeout` and `incompletetimeout` begin anew. */
  | { readonly kind: 'speech-partial'; readonly text: string }
  /** A whole utterance in words, from a recogniser or typed; matched against the voice grammars. */
  | {
      readonly kind: 'speech'
      readonly text: string
      /** 0 to 1; default 1. */
      readonly confidence?: number
      /** What else it may have been, the most probable first. */
      readonly alternatives?: readonly { readonly text: string; readonly confidence: number }[]
      /** Where the `ListenRequest` asked for it. */
      readonly recording?: Recording
    }
  /** Detection has come to an answer: `session.connection.callee_type` changes. */
  | { readonly kind: 'callee-type'; readonly calleeType: string }
  /**
   * Thrown in the next waiting state in which a `<catch>` names it, and in no other: documents that do
   * not know it are not disturbed.
   */
  | { readonly kind: 'event'; readonly event: PlatformEvent; readonly message: string }
  | { readonly kind: 'hangup' }

/** How the call stands, for `session.*` (plum-api: `session.connection.…`, `session.telephone.…`). */
export interface SessionVariables {
  readonly sessionId: string
  readonly callId: number
  readonly remoteUri: string
  readonly localUri: string
  readonly ani: string
  readonly dnis: string
  readonly messageReference: string
  readonly callParameters: string
  readonly campaignParameters: string
  readonly calleeType: string
  /** What the far end's application told with its answer; absent where it told nothing. */
  readonly aai?: string
  /** Extra columns of a list, by name. */
  readonly columns: Readonly<Record<string, string>>
}

/** How a session ended. */
export interface SessionEnd {
  readonly reason: 'exit' | 'disconnect' | 'hangup' | 'error' | 'limit'
  /** What `<exit>` returned, else what `<disconnect>` did, as JSON; absent where neither did. */
  readonly exitValue?: string
  /** What `<disconnect>` returned, where `<exit>` returned something besides (VoiceXML 2.1 section 8). */
  readonly disconnectValue?: string
  /** For `error` and `limit`: event name, sentence, document, line and column. */
  readonly fault?: SessionFault
}

export interface SessionFault {
  readonly event: string
  readonly message: string
  readonly uri: string
  readonly line?: number
  readonly column?: number
}
