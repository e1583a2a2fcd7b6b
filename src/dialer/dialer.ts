import type { Clock, GuardedFetch, Logger, Random } from '#base'
import type { Attempt, CallsContext } from '#calls'
import type { Trunk } from '#model'
import type { RecordingArchive } from '#recordings'
import type { MediaEngine } from '#rtp'
import type { CallerCredential, UserAgent } from '#sip'
import type { PromptRenderer } from '#speech'
import type { OutgoingLine } from './prepare-call.ts'
import type { SessionHost } from './session-host.ts'
import type { CallTraces } from './trace/call-traces.ts'

/** Everything an attempt needs, built once by `app`. */
export interface Dialer {
  readonly calls: CallsContext
  readonly userAgent: UserAgent
  readonly media: Pick<MediaEngine, 'openStream'>
  readonly prompts: Pick<PromptRenderer, 'prepare' | 'render'>
  readonly sessions: SessionHost
  readonly recordings: Pick<RecordingArchive, 'folder' | 'note'>
  readonly fetch: GuardedFetch
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly settings: DialerSettings
  readonly trunks: readonly Trunk[]
  /** What the calls of a trunk are signed with, by the trunk's name. */
  readonly credentials: ReadonlyMap<string, CallerCredential>
  readonly traces: CallTraces
  /** Port: told of a trunk from which a call got nothing at all. */
  readonly doubtTrunk: (trunk: Trunk) => void
  /** Port: told of a trunk that wants no calls for so long. */
  readonly restTrunk: (trunk: Trunk, seconds: number) => void
  /**
   * Port: a line beside that of a connected call, within all limits; undefined where there is none.
   * Rejects `store-…`.
   */
  readonly takeSecondLine: (
    attempt: Attempt,
    signal: AbortSignal,
  ) => Promise<SecondLine | undefined>
}

export type SecondLine = OutgoingLine

export interface DialerSettings {
  /** The phone rings at most so long before CANCEL. */
  readonly ringTimeoutMs: number
  /** After a hang-up, a dialogue may finish its work (VoiceXML 2.0 section 1.5.4) for so long. */
  readonly finalProcessingMs: number
  /** The largest VoiceXML document. */
  readonly documentMaxBytes: number
  /** Whether calls are recorded whose documents say nothing of it (`recordcall`). */
  readonly recordsCalls: boolean
  /** Whether what is heard before the answer is recorded: kept where nobody answers, and where the call is. */
  readonly recordsEarlyMedia?: boolean
}
