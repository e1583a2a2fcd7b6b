import type { AttemptEnding } from '#model'
import {
  type OpenAttempt,
  type Queryable,
  releaseStaleClaims,
  type TakeOver,
  takeOverAttempts,
} from '#store'
import type { Attempt } from './begin-attempt.ts'

/** An attempt that a process that is gone left open, now this process's to end. */
export interface RecoveredAttempt {
  readonly attempt: Attempt
  /** To be handed to `finishAttempt`. */
  readonly ending: AttemptEnding
  /** What was written before the INVITE. */
  readonly invite: unknown
  /** What was written on answer; absent where nobody is known to have answered. */
  readonly dialog?: unknown
  /** The same of the call that the callee was being connected with, where there is one. */
  readonly second?: { readonly invite: unknown; readonly dialog?: unknown }
}

/**
 * What a process that is gone had only claimed goes back to the queue, no attempt consumed; what it had
 * begun to dial is returned with its ending, for the dialer to CANCEL or BYE and to finish. Nothing of
 * it is ever dialled again as the same attempt.
 */
export async function recoverAttempts(tx: Queryable, take: TakeOver): Promise<RecoveredAttempt[]> {
  await releaseStaleClaims(tx, take.from)
  return (await takeOverAttempts(tx, take)).map(recoverAttempt)
}

/** With the ending that the attempt is to have. */
export function recoverAttempt(open: OpenAttempt): RecoveredAttempt {
  const attempt = { claim: open.claim, number: open.attempt }
  const ending = open.state === 'answered' ? answeredEnding(open) : INTERRUPTED
  const { invite, dialog, secondInvite, secondDialog } = open
  const second = secondInvite === undefined ? undefined : legOf(secondInvite, secondDialog)
  return { attempt, ending, ...legOf(invite, dialog), ...(second === undefined ? {} : { second }) }
}

function legOf(invite: unknown, dialog: unknown): { invite: unknown; dialog?: unknown } {
  return dialog === undefined ? { invite } : { invite, dialog }
}

/** The person was reached, as long as the process was seen alive: never to be called again. */
function answeredEnding({ answeredAt, heartbeatAt }: OpenAttempt): AttemptEnding {
  const lastedMs = answeredAt === undefined ? 0 : heartbeatAt.getTime() - answeredAt.getTime()
  return {
    outcome: 'answered',
    cause: 'interrupted',
    hangupBy: 'system',
    calleeType: 'unknown',
    durationSeconds: Math.max(0, Math.round(lastedMs / 1000)),
  }
}

/** Nobody knows whether the INVITE left or what became of it. */
const INTERRUPTED: AttemptEnding = {
  outcome: 'interrupted',
  cause: 'interrupted',
  hangupBy: 'system',
  calleeType: '',
  durationSeconds: 0,
}
