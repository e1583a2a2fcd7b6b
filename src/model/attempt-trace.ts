import type { CalleeType } from './outcome.ts'

/** What happened in one attempt, in order; as it is kept and shown. Nothing in it tells a key or a phrase. */
export interface AttemptTrace {
  readonly entries: readonly TraceEntry[]
  /** Of the audio; absent where none was agreed on. */
  readonly media?: TracedMedia
  /** Of its audio packets, where they were recorded. */
  readonly packets?: TracedPackets
  /** How many messages and dialogue steps were left out, because a trace is bounded. */
  readonly leftOut?: number
}

/** `atMs`: since the call was claimed. */
export type TraceEntry = { readonly atMs: number } & (
  | { readonly kind: 'claim'; readonly trunk: string }
  | TracedWrite
  | TracedMessage
  | TracedSound
  | TracedStep
  | TracedPost
)

/** A state that was written to the database. */
export interface TracedWrite {
  readonly kind: 'write'
  readonly state: 'dialing' | 'ringing' | 'answered' | 'second-leg' | 'ended' | 'result'
  readonly detail?: string
  /** How long it took until it was committed; absent where that is not known. */
  readonly tookMs?: number
  /** Why it could not be written. */
  readonly error?: string
}

/** A SIP message, its secrets made unreadable. */
export interface TracedMessage {
  readonly kind: 'sip'
  readonly direction: 'in' | 'out'
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly local: TracedAddress
  readonly remote: TracedAddress
  readonly text: string
}

export interface TracedAddress {
  readonly host: string
  readonly port: number
}

/** What begins or ends in the audio. */
export type TracedSound =
  | {
      readonly kind: 'media'
      readonly event: 'first-received' | 'prompt-started' | 'beep-ended' | 'early-media'
    }
  | {
      readonly kind: 'media'
      readonly event: 'progress-tone'
      /** By audio's name, e.g. `busy`. */
      readonly tone: string
    }
  | {
      readonly kind: 'media'
      readonly event: 'prompt-ended'
      readonly playedMs: number
      readonly interrupted: boolean
    }
  | {
      readonly kind: 'media'
      readonly event: 'callee-known'
      readonly calleeType: CalleeType
      /** What made it known, e.g. `greeting`. */
      readonly calleeKind: string
      /** 0 to 1. */
      readonly confidence: number
    }

/** A step of the dialogue. */
export interface TracedStep {
  readonly kind: 'dialogue'
  /** Of vxml's `DialogueStep`; or `log`, with its label, or `end`. */
  readonly step: string
  readonly text: string
  /** Without its query. */
  readonly uri?: string
  readonly line?: number
}

/** A try to deliver the result; `atMs`: when it began. */
export interface TracedPost {
  readonly kind: 'post'
  readonly try: number
  readonly httpStatus?: number
  readonly error?: string
  readonly tookMs: number
}

/** How the packets that were recorded belong to the rest. */
export interface TracedPackets {
  /** Our own IP address. */
  readonly host: string
  /** What makes the recorded times those of the trace. */
  readonly offsetMs: number
  /** Packets that had no room. */
  readonly leftOut: number
}

/** As far as it was measured here (RFC 3550), and as the far end reported it. */
export interface TracedMedia {
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
  readonly packetsDiscarded: number
  readonly packetsIgnored: number
  readonly jitterMs: number
  readonly bufferMs: number
  readonly roundTripMs?: number
  /** Mean opinion score, estimated by the E-model (ITU-T G.107). */
  readonly mos?: number
  readonly atPeer?: {
    readonly packetsLost: number
    readonly jitterMs: number
    readonly mos: number
  }
}
