import { parseTimeDesignation } from '../document/time-designation.ts'
import type { RecordItem } from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import type { RecordEnd, RecordingInProgress, RecordRequest } from '../platform.ts'
import { activateGrammars, type ListeningGrammar } from './active-grammars.ts'
import { ANY_KEY_GRAMMAR } from './any-key-grammar.ts'
import { collect } from './collect.ts'
import { collectSettings, unsupportedFormat } from './collect-settings.ts'
import { finalExit, hungUp } from './final-processing.ts'
import type { FormVisit } from './form-visit.ts'
import { setLastResult } from './last-result.ts'
import type { Flow } from './leaving.ts'
import { processFilled, processUtterance } from './process-utterance.ts'
import { DEFAULT_RECORDING_TYPE, recordingType } from './recordings.ts'
import type { Utterance } from './utterance.ts'

/** VoiceXML 2.0 section 2.3.6. */
export async function executeRecord(visit: FormVisit, item: RecordItem): Promise<Flow | undefined> {
  const { interpreter } = visit
  const { platform, prompts } = interpreter
  if (interpreter.disconnected !== undefined) return finalExit(visit)
  if (platform.record === undefined) {
    throw new VxmlEvent('error.unsupported.record', 'This platform cannot record.')
  }
  const request = recordRequest(visit, item, prompts.timeoutMs)
  const grammars = await recordGrammars(visit, item)
  setLastResult(visit, undefined)
  let progress: RecordingInProgress | undefined
  // "A recording begins at the earliest after the playback of any prompts", which is over where the
  // caller begins to speak: "a platform may begin recording when the user starts speaking".
  const collected = await collect(interpreter, grammars, {
    ...collectSettings(visit),
    prompts: prompts.take().prompts,
    timeoutMs: request.timeoutMs,
    speechBegins: true,
    activity: async () => {
      progress = platform.record?.(request)
      await progress?.ended
    },
  })
  progress?.stop()
  const end = (await progress?.ended) ?? { reason: 'stopped' }
  interpreter.budget.noteProgress()
  if (collected.kind === 'hangup' || end.reason === 'hangup') {
    // "Audio recorded up until the hangup is available through the <record> variable."
    fill(visit, item, end, undefined)
    throw hungUp(visit)
  }
  const utterance = collected.kind === 'utterance' ? collected.utterance : undefined
  return await conclude(visit, item, end, utterance)
}

async function conclude(
  visit: FormVisit,
  item: RecordItem,
  end: RecordEnd,
  utterance: Utterance | undefined,
): Promise<Flow | undefined> {
  const { note } = visit.interpreter
  if (utterance !== undefined) {
    const { mode, text, value, confidence } = utterance
    note({ kind: 'input', mode, text, interpretation: value, confidence })
    // "If the termination grammar matched is a local grammar, the recording is placed in the record
    // variable. Otherwise, the record variable is left unfilled."
    if (utterance.owner.kind !== 'item') return await processUtterance(visit, item, utterance)
    setLastResult(visit, utterance)
  }
  if (end.reason === 'noinput') {
    note({ kind: 'noinput' })
    throw new VxmlEvent('noinput', 'Nothing was said in time to be recorded.')
  }
  if (end.reason === 'failed') {
    throw new VxmlEvent('error.noresource', 'What was said could not be recorded.')
  }
  note({ kind: 'record', reason: end.reason, durationMs: end.recording?.durationMs ?? 0 })
  // "If no audio is collected … the record variable is not filled, and the FIA applies as normal."
  if (!fill(visit, item, end, utterance)) return undefined
  return await processFilled(visit, new Set([item]))
}

function fill(
  visit: FormVisit,
  item: RecordItem,
  { reason, recording }: RecordEnd,
  utterance: Utterance | undefined,
): boolean {
  if (recording === undefined) return false
  visit.fill(item, visit.interpreter.recordings.add(recording))
  visit.setShadow(item, {
    duration: recording.durationMs,
    size: recording.sizeBytes,
    maxtime: reason === 'maxtime',
    ...(item.dtmfTerm && utterance?.mode === 'dtmf' ? { termchar: utterance.text } : {}),
  })
  return true
}

/** Defaults and bounds of plum-api section 7. */
function recordRequest(
  visit: FormVisit,
  item: RecordItem,
  promptTimeoutMs: number | undefined,
): RecordRequest {
  const contentType = recordingType(item.type ?? DEFAULT_RECORDING_TYPE)
  if (contentType === undefined) throw unsupportedFormat(item.type ?? '')
  const atMost = (text: string | undefined, defaultMs: number, longestMs: number): number =>
    Math.min(parseTimeDesignation(text ?? '') ?? defaultMs, longestMs)
  return {
    beep: item.beep,
    timeoutMs: promptTimeoutMs ?? visit.properties.timeMs('timeout'),
    maxTimeMs: atMost(item.maxTime, 60_000, 3_600_000),
    finalSilenceMs: atMost(item.finalSilence, 3000, 300_000),
    contentType,
  }
}

/**
 * "If local speech grammars are specified, they are treated as inactive." `dtmfterm` "has priority over
 * specified local DTMF grammars", and takes each key "not matched by an active grammar".
 */
async function recordGrammars(visit: FormVisit, item: RecordItem): Promise<ListeningGrammar[]> {
  const active = await activateGrammars(visit, item)
  const left = active.filter(
    (grammar) =>
      grammar.owner.kind !== 'item' || (!item.dtmfTerm && grammar.active.grammar.mode === 'dtmf'),
  )
  if (!item.dtmfTerm) return left
  return [...left, { active: { grammar: ANY_KEY_GRAMMAR }, owner: { kind: 'item' }, place: item }]
}
