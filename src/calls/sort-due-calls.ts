import type { DispatchVerdict } from '#model'
import { type DueCall, postponeCalls, type Queryable } from '#store'
import { checkDispatch } from './check-dispatch.ts'
import { concludeCalls } from './conclude-calls.ts'
import type { CallsContext } from './context.ts'

/** A call whose number is in use is looked at again after so long. */
const NUMBER_IN_USE_PAUSE_MS = 1000

/** A call that nothing stands in the way of but the limits. */
export interface DialableCall extends DueCall {
  readonly verdicts: readonly DispatchVerdict[]
}

/**
 * Which of the calls that a claim has locked may be dialled now. What must wait is put off, with no
 * attempt used; what must not be dialled at all has its outcome. `settled`: how many those were.
 */
export async function sortDueCalls(
  context: CallsContext,
  tx: Queryable,
  calls: readonly DueCall[],
  now: Date,
): Promise<{ dialable: DialableCall[]; settled: number }> {
  const checks = await checkDispatch(context, tx, calls, now)
  const numbers = new Set<string>()
  const sorted = calls.map((call) => {
    const { decision, verdicts = [] } = checks.get(call.callId) ?? {}
    if (decision !== undefined && decision.kind !== 'dial') return { call, decision, verdicts }
    const number = `${call.accountId} ${call.destination}`
    const inUse = call.serializes && (call.numberInUse || numbers.has(number))
    numbers.add(number)
    return inUse ? { call, ...waitForNumber(verdicts, now) } : { call, verdicts }
  })
  const waiting = sorted.flatMap(({ call: { accountId, callId }, decision, verdicts }) =>
    decision?.kind === 'later'
      ? [{ accountId, callId, notBefore: decision.notBefore, verdicts }]
      : [],
  )
  if (waiting.length > 0) await postponeCalls(tx, waiting, now)
  const refused = sorted.flatMap(({ call, decision }) =>
    decision?.kind === 'refuse'
      ? [{ call, ending: { ...UNDIALED, outcome: decision.outcome, cause: decision.cause } }]
      : [],
  )
  await concludeCalls(context, tx, refused)
  const dialable = sorted.flatMap(({ call, decision, verdicts }) =>
    decision === undefined ? [{ ...call, verdicts }] : [],
  )
  return { dialable, settled: waiting.length + refused.length }
}

const UNDIALED = { calleeType: '', durationSeconds: 0 } as const

function waitForNumber(verdicts: readonly DispatchVerdict[], now: Date) {
  const notBefore = new Date(now.getTime() + NUMBER_IN_USE_PAUSE_MS)
  const verdict: DispatchVerdict = {
    rule: 'number-in-use',
    allows: false,
    notBefore,
    detail: 'another call to the number is in progress',
  }
  return { decision: { kind: 'later', notBefore } as const, verdicts: [...verdicts, verdict] }
}
