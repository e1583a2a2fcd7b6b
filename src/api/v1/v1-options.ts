import type { CallRecordingRecord, CallsContext, CallTrace } from '#calls'
import type { Trunk } from '#model'
import type { RequestLimits } from '../request-limits.ts'
import type { DialogueTools } from './dialogue-tools.ts'

export interface V1Options extends RequestLimits {
  /** Where uploads are kept until they are whole. */
  readonly uploadFolder: string
  /** Opens a recording, decrypted; absent: this server has none. Throws `recording-…`. */
  readonly openRecording?: (recording: CallRecordingRecord) => Promise<AsyncIterable<Uint8Array>>
  /** A call's SIP and audio in libpcap's format; absent: this server has none. Throws `pcap-not-found`. */
  readonly openPcap?: (calls: CallsContext, trace: CallTrace) => Promise<AsyncIterable<Uint8Array>>
  /** Absent: this server looks at no dialogues. */
  readonly dialogues?: DialogueTools
  /** Asks a trunk whether it is there, as `outdial doctor` does; absent: this server cannot. */
  readonly pingTrunk?: (trunk: Trunk) => Promise<TrunkPing>
  /** Aborts when the server stops: streams that would go on for ever end. */
  readonly stopping?: AbortSignal
  /** A stream of events is not silent for longer; default 15 seconds. */
  readonly heartbeatMs?: number
}

/** `cure`: how to mend it, where it is not well. */
export interface TrunkPing {
  readonly state: 'ok' | 'warning' | 'fault'
  readonly detail: string
  readonly cure?: string
}
