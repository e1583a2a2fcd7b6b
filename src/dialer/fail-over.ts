import { errorMessage, failPoint } from '#base'
import { moveAttempt } from '#calls'
import { FAILOVER_STATUSES, type Trunk } from '#model'
import type { InviteOutcome } from '#sip'
import type { Dialer } from './dialer.ts'
import { findWay, type PreparedCall } from './prepare-call.ts'

/**
 * Whether nobody can have been called: the INVITE certainly reached no one, or the trunk refused it as its
 * own fault. After silence, and after anything provisional, a phone may have rung.
 */
export function hasFailedForSure(
  { failoverStatuses = FAILOVER_STATUSES }: Trunk,
  outcome: InviteOutcome,
  hadProgress: boolean,
): outcome is Extract<InviteOutcome, { kind: 'refused' | 'unreachable' }> {
  if (hadProgress) return false
  if (outcome.kind === 'unreachable') return true
  return outcome.kind === 'refused' && failoverStatuses.includes(outcome.status)
}

/**
 * The same attempt on another trunk, its intent stored and its turn come; undefined where there is none
 * with room, or the intent could not be stored: then nothing more may be sent, and it ends as it has.
 */
export async function failOver(
  dialer: Dialer,
  prepared: PreparedCall,
  cause: string,
): Promise<PreparedCall | undefined> {
  const { attempt, line, identity, trunk, media, trace } = prepared
  const log = dialer.log.child({ callId: attempt.claim.callId })
  try {
    if (!(await line.moveOn())) return undefined
    const way = await findWay(dialer, attempt.claim, line, media)
    const failed = { trunk: trunk.name, sipCallId: identity.callId, cause }
    const intent = { trunk: way.trunk.name, invite: way.identity, failed }
    const moving = moveAttempt(dialer.calls, attempt, intent)
    await trace.write(
      'dialing',
      moving,
      () => `by trunk ${way.trunk.name}, since ${trunk.name} failed`,
    )
    failPoint('d-failover-committed')
    trace.follow(way.identity.callId)
    log.warn('trunk failed, another one is tried', { ...failed, next: way.trunk.name })
    return (await line.turn()) ? { ...prepared, ...way } : undefined
  } catch (error) {
    log.warn('no other trunk can be tried', { trunk: trunk.name, error: errorMessage(error) })
    return undefined
  }
}
