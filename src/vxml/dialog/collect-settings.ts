import type { PlatformEvent } from '../events/platform-event.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import type { Prompt, RecordingType } from '../platform.ts'
import type { DtmfSettings } from './dtmf-recognition.ts'
import type { FormVisit } from './form-visit.ts'
import { DEFAULT_RECORDING_TYPE, recordingType } from './recordings.ts'

export interface CollectSettings extends Omit<DtmfSettings, 'judge'> {
  readonly prompts: readonly Prompt[]
  /** From the end of the last prompt to `noinput`. Absent: for ever. */
  readonly timeoutMs: number | undefined
  readonly completeTimeoutMs: number
  readonly incompleteTimeoutMs: number
  readonly maxSpeechTimeoutMs: number
  /** 0 to 1; below it, speech is not understood. */
  readonly confidenceLevel: number
  readonly sensitivity: number
  readonly speedVsAccuracy: number
  /** At least 1. */
  readonly maxNBest: number
  readonly modes: { readonly dtmf: boolean; readonly voice: boolean }
  /** For prompts that name no bargein type, and where none plays (section 4.1.5.1). */
  readonly hotword: boolean
  /** Record what is said, as this media type (VoiceXML 2.1 section 7). */
  readonly recordUtterance: RecordingType | undefined
  /**
   * What goes on once the prompts are over: a recording, a transfer. Its end is the end of the wait;
   * there is no timeout besides, and only input that matches a grammar counts.
   */
  readonly activity?: () => Promise<unknown>
  /** Which events of the platform end the wait. Absent: none. */
  readonly wantsEvent?: (event: PlatformEvent) => boolean
  /** Whoever speaks over a prompt that may be interrupted begins the activity. */
  readonly speechBegins?: true
}

/** What the properties in force say (sections 6.3.2 to 6.3.4, 6.3.6). */
export function collectSettings(visit: FormVisit): Omit<CollectSettings, 'prompts'> {
  const { properties } = visit
  const modes = (properties.get('inputmodes') ?? '').split(/\s+/)
  return {
    timeoutMs: properties.timeMs('timeout'),
    interdigitTimeoutMs: properties.timeMs('interdigittimeout'),
    termTimeoutMs: properties.timeMs('termtimeout'),
    termchar: properties.get('termchar') ?? '',
    termMaxDigits: properties.flag('termmaxdigits'),
    completeTimeoutMs: properties.timeMs('completetimeout'),
    incompleteTimeoutMs: properties.timeMs('incompletetimeout'),
    maxSpeechTimeoutMs: properties.timeMs('maxspeechtimeout'),
    confidenceLevel: properties.fraction('confidencelevel'),
    sensitivity: properties.fraction('sensitivity'),
    speedVsAccuracy: properties.fraction('speedvsaccuracy'),
    maxNBest: properties.count('maxnbest'),
    modes: { dtmf: modes.includes('dtmf'), voice: modes.includes('voice') },
    hotword: properties.get('bargeintype') === 'hotword',
    recordUtterance: properties.flag('recordutterance') ? utteranceType(visit) : undefined,
  }
}

function utteranceType({ properties }: FormVisit): RecordingType {
  const named = properties.get('recordutterancetype') ?? DEFAULT_RECORDING_TYPE
  const type = recordingType(named)
  if (type === undefined) throw unsupportedFormat(named)
  return type
}

/** VoiceXML 2.1 section 7.1: the event "specifies the unsupported media format in its message". */
export function unsupportedFormat(mediaType: string): VxmlEvent {
  return new VxmlEvent('error.unsupported.format', `Audio cannot be recorded as "${mediaType}".`)
}
