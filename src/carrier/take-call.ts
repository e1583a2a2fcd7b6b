import { errorMessage, OutdialError, sleep } from '#base'
import type { IncomingCall } from '#sip'
import { converse } from './converse.ts'
import { Ear } from './ear.ts'
import { type Line, openLine, refusalStatus, SDP } from './line.ts'
import type { Network, Visit } from './network.ts'
import { endRecord } from './record-end.ts'

const ANSWER_AFTER_MS = 500

/** The life of one call at the callee's end, from the INVITE to what is kept of it. Never rejects. */
export async function takeCall(network: Network, call: IncomingCall, visit: Visit): Promise<void> {
  const { record, behaviour } = visit
  const giveUp = new AbortController()
  call.canceled.then(() => giveUp.abort())
  const line: { open?: Line } = {}
  try {
    if (behaviour.silent) {
      call.drop()
      return await endRecord(network, visit, 'nobody')
    }
    const signal = AbortSignal.any([giveUp.signal, network.closing])
    await ring(network, call, visit, line, signal)
    if (giveUp.signal.aborted) {
      network.note(record, { kind: 'canceled' })
      await endRecord(network, visit, 'caller')
    } else if (network.closing.aborted) {
      await refuse(network, call, visit, 503)
    } else if (refuses(visit)) {
      await refuse(network, call, visit, behaviour.status!)
    } else {
      await answer(network, call, visit, line)
    }
  } catch (thrown) {
    await breakOff(network, call, visit, thrown)
  } finally {
    await line.open?.stream.close()
  }
}

function refuses({ behaviour, dials }: Visit): boolean {
  return behaviour.status !== undefined && dials <= (behaviour.refusals ?? Number.POSITIVE_INFINITY)
}

/** Everything before the final reply. */
async function ring(
  network: Network,
  call: IncomingCall,
  visit: Visit,
  line: { open?: Line },
  signal: AbortSignal,
): Promise<void> {
  const { record, behaviour } = visit
  const refusing = refuses(visit)
  const waits = !refusing || behaviour.answerAfterMs !== undefined
  if (behaviour.rings ?? (waits || behaviour.neverAnswers === true)) {
    call.ring()
    record.ringingAt = network.clock.monotonic()
    network.note(record, { kind: 'ringing' })
  }
  if (behaviour.early !== undefined || behaviour.earlyTone !== undefined) {
    await announce(network, call, visit, line, signal)
  }
  if (behaviour.neverAnswers) return sleep(network.clock, Number.POSITIVE_INFINITY, signal)
  await sleep(network.clock, behaviour.answerAfterMs ?? (refusing ? 0 : ANSWER_AFTER_MS), signal)
}

async function announce(
  network: Network,
  call: IncomingCall,
  { record, behaviour }: Visit,
  line: { open?: Line },
  signal: AbortSignal,
): Promise<void> {
  const open = await openLine(network, call.request.body)
  line.open = open
  const { codec } = open.agreed
  const { early, earlyTone, neverAnswers } = behaviour
  const tones = earlyTone === undefined ? [] : [await network.sounds.tone(earlyTone, codec)]
  const words = early === undefined ? [] : [await network.sounds.speech(early, codec)]
  if (signal.aborted) return
  call.ring(183, open.answer, SDP)
  network.note(record, { kind: 'early-media' })
  do {
    for (const audio of [...tones, ...words]) await play(open, audio, signal)
  } while (neverAnswers && !signal.aborted)
}

async function play(
  { stream }: Line,
  audio: SharedArrayBuffer,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  const playing = stream.play(audio)
  const stop = (): void => playing.stop()
  signal.addEventListener('abort', stop, { once: true })
  await playing.ended
  signal.removeEventListener('abort', stop)
}

async function answer(
  network: Network,
  call: IncomingCall,
  visit: Visit,
  line: { open?: Line },
): Promise<void> {
  const { record } = visit
  const open = line.open ?? (await openLine(network, call.request.body))
  line.open = open
  const ear = new Ear(open.stream, network.clock)
  record.status = 200
  record.answeredAt = network.clock.monotonic()
  const hear = (digit: string, durationMs: number): void => {
    record.digitsHeard += digit
    network.note(record, { kind: 'digit', digit, durationMs })
  }
  open.stream.onDigit = hear
  const dialog = await call.answer(open.answer, SDP)
  dialog.onDigit = ({ digit, durationMs }) => hear(digit, durationMs)
  network.note(record, { kind: 'answered' })
  await converse(network, visit, open, ear, dialog)
}

async function refuse(
  network: Network,
  call: IncomingCall,
  visit: Visit,
  status: number,
): Promise<void> {
  const moved = status >= 300 && status < 400
  const headers = moved ? { Contact: movedContact(call.request.uri) } : {}
  call.refuse(status, undefined, headers)
  visit.record.status = status
  network.note(visit.record, { kind: 'refused', status })
  await endRecord(network, visit, 'carrier')
}

/** The same number, ending in 00. */
function movedContact(uri: string): string {
  return `<${uri.replace(/\d\d(?=@)/, '00')}>`
}

async function breakOff(
  network: Network,
  call: IncomingCall,
  visit: Visit,
  thrown: unknown,
): Promise<void> {
  const error = thrown instanceof OutdialError ? thrown : undefined
  if (error?.code === 'sip-call-over') {
    delete visit.record.answeredAt
    delete visit.record.status
    network.note(visit.record, { kind: 'canceled' })
    return endRecord(network, visit, 'caller')
  }
  network.log.warn('carrier-call-broke', { code: error?.code, reason: errorMessage(thrown) })
  if (visit.record.answeredAt === undefined && error !== undefined) {
    return refuse(network, call, visit, refusalStatus(error))
  }
  call.refuse(500)
  await endRecord(network, visit, 'nobody')
}
