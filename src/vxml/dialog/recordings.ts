import type { Recording, RecordingType } from '../platform.ts'

/**
 * What this call has recorded (VoiceXML 2.0 section 2.3.6, 2.1 section 7). In a script a recording is
 * its `recording:` address, a string; it is one only where this call has made it, so that no document
 * can name what another call recorded.
 */
export class Recordings {
  readonly #byUri = new Map<string, Recording>()

  /** What the variable of the recording holds. */
  add(recording: Recording): string {
    this.#byUri.set(recording.uri, recording)
    return recording.uri
  }

  /** The recording that a value of a script stands for. */
  find(value: unknown): Recording | undefined {
    return typeof value === 'string' ? this.#byUri.get(value) : undefined
  }
}

/** The format that a media type asks for, by any of its names; undefined for one that is not made. */
export function recordingType(mediaType: string): RecordingType | undefined {
  return TYPES.get((mediaType.split(';')[0] ?? '').trim().toLowerCase())
}

export const DEFAULT_RECORDING_TYPE: RecordingType = 'audio/x-wav'

const TYPES: ReadonlyMap<string, RecordingType> = new Map([
  ['audio/basic', 'audio/basic'],
  ['audio/x-alaw-basic', 'audio/x-alaw-basic'],
  ['audio/x-wav', 'audio/x-wav'],
  ['audio/wav', 'audio/x-wav'],
  ['audio/wave', 'audio/x-wav'],
  ['audio/vnd.wave', 'audio/x-wav'],
])
