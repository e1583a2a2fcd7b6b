import { errorMessage, sleep } from '#base'
import type { RecoveredAttempt } from '#calls'
import type { DialogState, InviteIdentity } from '#sip'
import type { Dialer } from './dialer.ts'
import { recordEnding } from './record-ending.ts'

/** So long is waited for the far end to be silent; then it is taken to be out of reach. */
const HANG_UP_MS = 10_000

/**
 * Ends what another process left open: CANCEL for a call that may still ring, BYE for one that was
 * answered. Until the far end is silent the call keeps its line; then its ending is stored. Never rejects.
 */
export async function recoverAttempt(dialer: Dialer, left: RecoveredAttempt): Promise<void> {
  const silent = new AbortController()
  const legs = [left, ...(left.second === undefined ? [] : [left.second])]
  void Promise.all(legs.map((leg) => hangUp(dialer, left, leg))).then(() => silent.abort())
  await sleep(dialer.clock, HANG_UP_MS, silent.signal)
  await recordEnding(dialer, left.attempt, left.ending)
}

async function hangUp(
  dialer: Dialer,
  left: RecoveredAttempt,
  { invite, dialog }: NonNullable<RecoveredAttempt['second']>,
): Promise<void> {
  try {
    if (dialog !== undefined) await dialer.userAgent.endOrphanedDialog(dialog as DialogState)
    else await dialer.userAgent.endOrphanedInvite(invite as InviteIdentity)
  } catch (error) {
    dialer.log.warn('left-over call not ended', {
      callId: left.attempt.claim.callId,
      error: errorMessage(error),
    })
  }
}
