import { errorMessage, measure, OutdialError, sleep, traceStop } from '#base'
import type { AttemptEnding, ClaimedCall } from '#model'
import type { MediaStats } from '#rtp'
import type { AttemptSignals } from './attempt-stop.ts'
import type { Dialer } from './dialer.ts'
import { holdDialogue } from './hold-dialogue.ts'
import { placeCall } from './place-call.ts'
import { type OutgoingLine, type PreparedCall, prepareCall } from './prepare-call.ts'
import { recordEnding } from './record-ending.ts'

/** How long a call that could not be begun waits before it is offered again. */
const NOT_BEGUN_PAUSE_MS = 1000

/**
 * The life of one attempt: store the intent, place the call, talk with who answers, write down how
 * it ended. Resolves when all of that is done; never rejects. `not-begun`: no INVITE left; its intent may
 * be on disk all the same, and is to be withdrawn.
 *
 * `signals` end what is in progress: a ringing call gets CANCEL, a connected one BYE.
 */
export async function runAttempt(
  dialer: Dialer,
  claim: ClaimedCall,
  line: OutgoingLine,
  signals: AttemptSignals,
): Promise<'ended' | 'not-begun'> {
  traceStop('dialer/run-attempt', claim.callId)
  const log = dialer.log.child({ callId: claim.callId })
  const trace = dialer.traces.begin(line.trunk.name)
  let prepared: PreparedCall
  try {
    prepared = await prepareCall(dialer, claim, line, trace)
  } catch (error) {
    dialer.traces.forget(trace)
    if (isClaimLost(error)) {
      log.info('call not begun: its claim was taken back')
      return 'not-begun'
    }
    log.error('call not begun', { error: errorMessage(error) })
    await sleep(dialer.clock, NOT_BEGUN_PAUSE_MS, signals.unanswered)
    return 'not-begun'
  }
  const { attempt, media } = prepared
  if (!(await line.turn())) {
    log.warn('call not begun: its time has passed')
    dialer.traces.forget(trace)
    await media.close()
    return 'not-begun'
  }
  const ending = await conduct(dialer, prepared, signals).catch((error: unknown): AttemptEnding => {
    log.error('attempt failed', { error: error instanceof Error ? error.stack : String(error) })
    return unknownEnding(error)
  })
  const stats = await media.close()
  log.info('attempt ended', { attempt: attempt.number, ...loggable(ending), ...stats })
  const { outcome, calleeType, durationSeconds } = ending
  measure('attempt-ended', { trunk: line.trunk.name, outcome, calleeType, durationSeconds })
  if (stats.packetsReceived > 0) measure('media-ended', reception(stats))
  await recordEnding(dialer, attempt, ending, trace)
  dialer.traces.keep({ attempt, ending }, trace, stats)
  return 'ended'
}

function reception({ packetsReceived, packetsLost, jitterMs, mos }: MediaStats) {
  const lossRatio = packetsLost / (packetsReceived + packetsLost)
  return { lossRatio, jitterMs, ...(mos === undefined ? {} : { mos }) }
}

/** It was canceled, held, taken over, or has expired. */
function isClaimLost(error: unknown): boolean {
  return error instanceof OutdialError && error.code === 'claim-lost'
}

async function conduct(
  dialer: Dialer,
  prepared: PreparedCall,
  signals: AttemptSignals,
): Promise<AttemptEnding> {
  const placed = await placeCall(dialer, prepared, signals.unanswered)
  if (placed.kind === 'ended') return placed.ending
  try {
    return await holdDialogue(dialer, placed, signals.connected)
  } catch (error) {
    dialer.log.error('dialogue failed', {
      callId: prepared.attempt.claim.callId,
      error: error instanceof Error ? error.stack : String(error),
    })
    await placed.dialog.bye()
    const durationSeconds = Math.round((dialer.clock.monotonic() - placed.answeredAtMs) / 1000)
    return reachedEnding(error, durationSeconds)
  }
}

/** Our fault, but the person did pick up, and is not called again for it. */
function reachedEnding(error: unknown, durationSeconds: number): AttemptEnding {
  return {
    outcome: 'app-error',
    cause: `internal error: ${errorMessage(error)}`,
    sipStatus: 200,
    hangupBy: 'system',
    calleeType: 'unknown',
    durationSeconds,
  }
}

/** What an application returns, or says of its failure, may hold what the callee keyed in. */
function loggable({ exitValue: _private, cause, ...ending }: AttemptEnding): object {
  return ending.outcome === 'app-error' ? ending : { ...ending, cause }
}

function unknownEnding(error: unknown): AttemptEnding {
  const cause = `internal error: ${errorMessage(error)}`
  return { outcome: 'unknown', cause, calleeType: '', durationSeconds: 0 }
}
