import { parseTimeDesignation } from '../document/time-designation.ts'
import type { TransferItem } from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { resolveUri } from '../fetch/resolve-uri.ts'
import type { Transfer, TransferEnd, TransferRequest } from '../platform.ts'
import { activateGrammars, type ListeningGrammar } from './active-grammars.ts'
import { collect } from './collect.ts'
import { collectSettings } from './collect-settings.ts'
import { finalExit, hungUp } from './final-processing.ts'
import type { FormVisit } from './form-visit.ts'
import { setLastResult } from './last-result.ts'
import type { Flow } from './leaving.ts'
import { processFilled, processUtterance } from './process-utterance.ts'
import type { Utterance } from './utterance.ts'

/** VoiceXML 2.0 section 2.3.7, 2.1 section 9. */
export async function executeTransfer(
  visit: FormVisit,
  item: TransferItem,
): Promise<Flow | undefined> {
  const { interpreter } = visit
  const { platform } = interpreter
  if (interpreter.disconnected !== undefined) return finalExit(visit)
  const { type } = item
  if (platform.transfer === undefined || platform.transferTypes?.includes(type) === false) {
    throw new VxmlEvent(`error.unsupported.transfer.${type}`, `There is no ${type} transfer here.`)
  }
  const request = transferRequest(visit, item)
  const grammars = await activateGrammars(visit, item)
  setLastResult(visit, undefined)
  const { end, utterance } = await connect(visit, request, grammars)
  interpreter.note({ kind: 'transfer', dest: request.dest, type, result: end.result })
  interpreter.budget.noteProgress()
  // What was keyed in meanwhile was for the far end.
  if (utterance === undefined) interpreter.input.dropKeys()
  return await conclude(visit, item, { request, end, utterance })
}

interface Attempt {
  readonly end: TransferEnd
  /** What made the caller's wish to end it known. */
  readonly utterance?: Utterance | undefined
}

/**
 * "Any prompts … are queued and played before the transfer attempt begins." The caller may cancel it
 * meanwhile and end a bridge later, by a match of a grammar; "an unsuccessful match is ignored".
 */
async function connect(
  visit: FormVisit,
  request: TransferRequest,
  grammars: readonly ListeningGrammar[],
): Promise<Attempt> {
  const { interpreter } = visit
  const { platform, prompts, input } = interpreter
  let transfer: Transfer | undefined
  const begin = async (): Promise<void> => {
    transfer = platform.transfer?.(request)
    await transfer?.ended
  }
  if (grammars.length === 0) {
    await prompts.playOut()
    if (input.hungUp) throw hungUp(visit)
    await begin()
    return { end: (await transfer?.ended) ?? NOT_BEGUN }
  }
  const isBlind = request.type === 'blind'
  const collected = await collect(interpreter, grammars, {
    ...collectSettings(visit),
    prompts: prompts.take().prompts,
    timeoutMs: undefined,
    // A blind attempt can be cancelled "up to the point the outgoing call begins".
    activity: isBlind ? async () => undefined : begin,
  })
  if (collected.kind === 'over' && isBlind) await begin()
  if (collected.kind === 'hangup') {
    transfer?.stop()
    throw hungUp(visit)
  }
  if (collected.kind !== 'utterance') return { end: (await transfer?.ended) ?? NOT_BEGUN }
  transfer?.stop()
  return { end: (await transfer?.ended) ?? NOT_BEGUN, utterance: collected.utterance }
}

/** Cancelled "during playback of queued audio". */
const NOT_BEGUN: TransferEnd = { result: 'near_end_disconnect', durationMs: 0 }

/** Sections 2.3.7.1 to 2.3.7.3: results fill the variable, the rest are events. */
async function conclude(
  visit: FormVisit,
  item: TransferItem,
  attempt: Attempt & { readonly request: TransferRequest },
): Promise<Flow | undefined> {
  const { end, utterance, request } = attempt
  const { result, durationMs } = end
  if (result === 'hangup') throw hungUp(visit)
  if (result === 'transferred') {
    visit.interpreter.disconnected = 'disconnect'
    visit.interpreter.input.receive({ kind: 'hangup' })
    throw new VxmlEvent('connection.disconnect.transfer', 'The caller has been transferred.')
  }
  throwFailure(end, request.dest)
  if (utterance !== undefined) {
    const { mode, text, value, confidence } = utterance
    visit.interpreter.note({ kind: 'input', mode, text, interpretation: value, confidence })
    if (utterance.owner.kind !== 'item') return await processUtterance(visit, item, utterance)
    setLastResult(visit, utterance)
  }
  visit.fill(item, result)
  visit.setShadow(item, {
    duration: Math.round(durationMs / 1000),
    ...(utterance === undefined ? {} : { inputmode: utterance.mode, utterance: utterance.text }),
  })
  return await processFilled(visit, new Set([item]))
}

/** Table 25. */
function throwFailure({ result, status }: TransferEnd, dest: string): void {
  if (result === 'unsupported-uri') throw unsupportedUri(dest)
  const event =
    result === 'protocol-error'
      ? `error.connection.protocol.${status ?? 'unknown'}`
      : TRANSFER_ERRORS[result]
  if (event !== undefined) throw new VxmlEvent(event, `The transfer has failed: ${result}.`)
}

const TRANSFER_ERRORS: Readonly<Partial<Record<TransferEnd['result'], string>>> = {
  'not-authorized': 'error.connection.noauthorization',
  'bad-destination': 'error.connection.baddestination',
  'no-route': 'error.connection.noroute',
  'no-resource': 'error.connection.noresource',
}

function unsupportedUri(dest: string): VxmlEvent {
  const sentence = `The URI ${dest} is not a supported URI format`
  return new VxmlEvent('error.unsupported.uri', sentence)
}

function transferRequest(visit: FormVisit, item: TransferItem): TransferRequest {
  const dest = visit.evaluateWritten(item.dest).trim()
  if (dest === '') {
    throw new VxmlEvent('error.connection.baddestination', 'The transfer has no destination.')
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(dest)?.[1]?.toLowerCase()
  if (scheme !== undefined && !DESTINATIONS.has(scheme)) throw unsupportedUri(dest)
  const audio = resolveUri(item.audio ?? '', visit.context.document.base)
  return {
    dest,
    type: item.type,
    connectTimeoutMs: parseTimeDesignation(item.connectTimeout ?? '') ?? 30_000,
    maxTimeMs: parseTimeDesignation(item.maxTime ?? '') ?? 0,
    aai: item.aai === undefined ? '' : visit.evaluateWritten(item.aai),
    ...(item.audio === undefined || audio === undefined || item.type === 'blind'
      ? {}
      : { audio: transferAudio(visit, audio) }),
  }
}

const DESTINATIONS: ReadonlySet<string> = new Set(['tel', 'sip', 'sips'])

function transferAudio(visit: FormVisit, uri: string): NonNullable<TransferRequest['audio']> {
  const fetchTimeoutMs = visit.properties.timeMs('fetchtimeout')
  return { kind: 'audio', uri, fetchTimeoutMs, fallback: [] }
}
