import type { JsonValue } from '#script'
import type { FormVisit } from './form-visit.ts'
import type { Heard } from './utterance.ts'

/**
 * VoiceXML 2.0 section 5.1.5: `application.lastresult$` is an array of results, and has besides the
 * properties of its first one. Undefined when a waiting state begins.
 */
export function setLastResult(visit: FormVisit, heard: Heard | undefined): void {
  const { scripts } = visit.interpreter
  if (heard === undefined) {
    scripts.setVariable('application', 'lastresult$', undefined)
    return
  }
  const first = shadowOf(heard)
  const others = (heard.others ?? []).map((other) => shadowOf({ ...heard, ...other }))
  scripts.setVariable('application', 'lastresult$', [first, ...others])
  const copies = Object.keys(first).map((name) => `lastresult$.${name} = lastresult$[0].${name};`)
  scripts.runScript(copies.join('\n'), { scope: 'application' })
}

/**
 * The shadow variables of a recognition (section 2.3.1; marks: VoiceXML 2.1 section 4; recordings:
 * section 7).
 */
export function shadowOf(heard: Omit<Heard, 'others'>): Record<string, JsonValue> {
  const { mark, recording } = heard
  return {
    utterance: heard.text,
    inputmode: heard.mode,
    interpretation: heard.value,
    confidence: heard.confidence,
    ...(mark === undefined ? {} : { markname: mark.name, marktime: mark.elapsedMs }),
    ...(recording === undefined || recording === null
      ? {}
      : {
          recording: recording.uri,
          recordingsize: recording.sizeBytes,
          recordingduration: recording.durationMs,
        }),
  }
}
