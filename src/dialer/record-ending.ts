import { errorMessage, OutdialError, sleep } from '#base'
import { type Attempt, finishAttempt } from '#calls'
import type { AttemptEnding } from '#model'
import type { Dialer } from './dialer.ts'
import type { AttemptTracer } from './trace/attempt-tracer.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000

/**
 * Stores how an attempt ended. While the store cannot be written the ending waits here. Where one is
 * stored already, this one is given up: another node took the claim over and wrote its own, or ours
 * was committed though the answer was lost. Never rejects.
 */
export async function recordEnding(
  dialer: Dialer,
  attempt: Attempt,
  ending: AttemptEnding,
  trace?: AttemptTracer,
): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      const finishing = finishAttempt(dialer.calls, attempt, ending)
      await (trace?.write('ended', finishing, queuedAgain) ?? finishing)
      return
    } catch (error) {
      if (error instanceof OutdialError && error.code === 'claim-lost') {
        dialer.log.warn('ending already stored', { callId: attempt.claim.callId })
        return
      }
      dialer.log.error('ending not stored, trying again', {
        callId: attempt.claim.callId,
        pauseMs,
        error: errorMessage(error),
      })
      await sleep(dialer.clock, pauseMs)
    }
  }
}

function queuedAgain(state: 'requeued' | 'ended'): string | undefined {
  return state === 'requeued' ? 'the call is queued again' : undefined
}
