import type { CallRecordingRecord } from '#calls'
import type { RequestLimits } from '../request-limits.ts'
import type { DialogueTools } from './dialogue-tools.ts'

export interface V1Options extends RequestLimits {
  /** Where uploads are kept until they are whole. */
  readonly uploadFolder: string
  /** Opens a recording, decrypted; absent: this server has none. Throws `recording-…`. */
  readonly openRecording?: (recording: CallRecordingRecord) => Promise<AsyncIterable<Uint8Array>>
  /** Absent: this server looks at no dialogues. */
  readonly dialogues?: DialogueTools
  /** Aborts when the server stops: streams that would go on for ever end. */
  readonly stopping?: AbortSignal
  /** A stream of events is not silent for longer; default 15 seconds. */
  readonly heartbeatMs?: number
}
