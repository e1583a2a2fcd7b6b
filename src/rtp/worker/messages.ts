import type { CalleeVerdict, ProgressTone } from '#audio'
import type { Codec, Encoding } from '../codec.ts'
import type { MediaStats } from '../media-stream.ts'
import type { Direction, MediaAddress } from '../sdp/negotiation.ts'
import type { OpusTerms } from '../sdp/opus-parameters.ts'
import type { SrtpKeys } from '../srtp/srtp-key.ts'

/** What the media thread is started with. */
export interface WorkerSettings {
  readonly driver: 'raw' | 'dgram' | 'auto'
  readonly priority: 'auto' | 'none'
  readonly host: string
  readonly maxStreams: number
  readonly maxRecordingSeconds: number
  readonly skipAfterMs: number
  readonly playoutDelayMs: number
  /** One Int32: rung after every command, because the thread does not return to its event loop. */
  readonly doorbell: SharedArrayBuffer
  /** See `Meters`. */
  readonly meters: SharedArrayBuffer
}

/** From the main thread. `stream`, `play` and `recording` are numbers that are never used again. */
export type Command =
  | OpenCommand
  | ConnectCommand
  | PlayCommand
  | { readonly kind: 'stop-play'; readonly stream: number; readonly play: number }
  | DigitsCommand
  | { readonly kind: 'join'; readonly stream: number; readonly other: number }
  | { readonly kind: 'part'; readonly stream: number }
  | { readonly kind: 'listen'; readonly stream: number; readonly on: boolean }
  | { readonly kind: 'listen-for-voice'; readonly stream: number; readonly on: boolean }
  | { readonly kind: 'listen-for-callee'; readonly stream: number; readonly on: boolean }
  | { readonly kind: 'listen-for-progress'; readonly stream: number; readonly on: boolean }
  | {
      readonly kind: 'record'
      readonly stream: number
      readonly recording: number
      readonly tracks: RecordedTracks
    }
  | {
      readonly kind: 'pause-recording'
      readonly stream: number
      readonly recording: number
      readonly on: boolean
    }
  | {
      readonly kind: 'stop-recording'
      readonly stream: number
      readonly request: number
      readonly recording: number
    }
  | CaptureCommand
  | { readonly kind: 'stats'; readonly stream: number; readonly request: number }
  | { readonly kind: 'close'; readonly stream: number; readonly request: number }
  | { readonly kind: 'stop' }

/** A stream has any number of recordings of what comes at a time, and one of both ways. */
export type RecordedTracks = 'received' | 'both'

export interface OpenCommand {
  readonly kind: 'open'
  readonly request: number
  readonly stream: number
  /** Port 0: any. */
  readonly address: MediaAddress
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
  /** RFC 7022 section 4.2: 16 characters, of this stream alone. */
  readonly cname: string
}

export interface ConnectCommand {
  readonly kind: 'connect'
  readonly stream: number
  readonly remote: MediaAddress
  readonly rtcp: MediaAddress
  readonly rtcpMux: boolean
  readonly codec: Codec
  readonly encoding: Encoding
  readonly payloadType: number
  readonly ptimeMs: number
  readonly telephoneEventPayloadType: number | undefined
  readonly telephoneEventScale: number
  readonly direction: Direction
  readonly latch: 'announced-host' | 'any'
  readonly otherForks: readonly MediaAddress[]
  readonly opus: OpusTerms | undefined
  /** Undefined: in the clear. */
  readonly srtp: SrtpKeys | undefined
}

export interface PlayCommand {
  readonly kind: 'play'
  readonly stream: number
  readonly play: number
  readonly audio: SharedArrayBuffer
  /** The same, of `encodeOpusFrames`, for streams that send it. */
  readonly opus: SharedArrayBuffer | undefined
}

export interface DigitsCommand {
  readonly kind: 'digits'
  readonly stream: number
  readonly request: number
  readonly digits: string
  readonly toneMs: number
  readonly gapMs: number
}

/** From now on copies all packets, in the clear. */
export interface CaptureCommand {
  readonly kind: 'capture'
  readonly stream: number
  /** The stream's own, of RTP. */
  readonly port: number
  readonly maxBytes: number
}

/** To the main thread. Times are milliseconds of the system's monotonic clock. */
export type Report =
  | { readonly kind: 'ready'; readonly driver: 'raw' | 'dgram'; readonly priority: Priority }
  | { readonly kind: 'opened'; readonly request: number; readonly address: MediaAddress }
  | Refused
  | { readonly kind: 'play-started'; readonly stream: number; readonly play: number; at: number }
  | PlayEnded
  | { readonly kind: 'digits-sent'; readonly request: number }
  | { readonly kind: 'digit-start'; readonly stream: number; readonly digit: string }
  | {
      readonly kind: 'digit'
      readonly stream: number
      readonly digit: string
      readonly durationMs: number
    }
  | {
      readonly kind: 'voice'
      readonly stream: number
      readonly active: boolean
      readonly at: number
    }
  | { readonly kind: 'callee'; readonly stream: number; readonly verdict: CalleeVerdict }
  | { readonly kind: 'beep'; readonly stream: number; readonly durationMs: number }
  | { readonly kind: 'progress'; readonly stream: number; readonly tone: ProgressTone }
  | { readonly kind: 'first-received'; readonly stream: number; readonly at: number }
  | RecordedReport
  | CapturedReport
  | RecordingReport
  | { readonly kind: 'stats'; readonly request: number; readonly stats: MediaStats }

export type SendReport = (report: Report, transfer?: ArrayBuffer[]) => void

/** The answer to a request that could not be met. */
export interface Refused {
  readonly kind: 'refused'
  readonly request: number
  readonly code: string
  readonly message: string
}

export interface PlayEnded {
  readonly kind: 'play-ended'
  readonly stream: number
  readonly play: number
  readonly interrupted: boolean
  readonly playedMs: number
}

/** A piece of a recording, the next one: octets of G.711. */
export interface RecordedReport {
  readonly kind: 'recorded'
  readonly stream: number
  readonly recording: number
  readonly piece: Uint8Array<ArrayBuffer>
}

/** The next packets of a capture (see `packet-capture.ts`), and how many were left out meanwhile. */
export interface CapturedReport {
  readonly kind: 'captured'
  readonly stream: number
  readonly piece: Uint8Array<ArrayBuffer>
  readonly leftOut: number
}

/** A recording has ended, all its pieces were reported. */
export interface RecordingReport extends RecordingMarks {
  readonly kind: 'recording'
  readonly request: number
  readonly codec: Codec
}

/** Places in a recording, in samples from its beginning. */
export interface RecordingMarks {
  /** Its length. */
  readonly samples: number
  /** Where somebody began to speak, and where that ended; absent where it did not. */
  readonly voiceFrom?: number | undefined
  readonly voiceUntil?: number | undefined
  /** Where the last key went down. */
  readonly keyAt?: number | undefined
}

/** How the system schedules the media thread: real time, preferred, or as any other. */
export type Priority = 'fifo' | 'nice' | 'none'

/** The system's monotonic clock, ms: the same in every thread, unlike `performance.now()`. */
export function systemMonotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
