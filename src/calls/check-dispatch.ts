import {
  type ClaimedCall,
  type DispatchDecision,
  type DispatchVerdict,
  decideDispatch,
  type NumberAttempt,
} from '#model'
import {
  type AccountNumber,
  findForbiddenNumbers,
  findNumberAttempts,
  type Queryable,
} from '#store'
import type { CallsContext } from './context.ts'
import { campaignKey, findRulings } from './find-rulings.ts'

export interface DispatchCheck {
  readonly decision: DispatchDecision
  /** Each rule's that the account or the campaign has set, in the order in which they were asked. */
  readonly verdicts: readonly DispatchVerdict[]
}

/** What the rules look at in a call. */
export type CheckedCall = Pick<
  ClaimedCall,
  'accountId' | 'campaignId' | 'callId' | 'destination' | 'timeZone'
>

/**
 * Whether calls may be dialled at `now`, as far as the rules of their accounts and campaigns go: by
 * call id. Reads only; call it in the claim's own transaction, so that what it answers still holds when
 * the claim is written.
 */
export async function checkDispatch(
  context: CallsContext,
  tx: Queryable,
  calls: readonly CheckedCall[],
  now: Date,
): Promise<ReadonlyMap<number, DispatchCheck>> {
  const verdictsOf = await findVerdicts(context, tx, calls)
  return new Map(
    calls.map((call) => {
      const verdicts = verdictsOf(call, now)
      return [call.callId, { decision: decideDispatch(verdicts, now), verdicts }]
    }),
  )
}

/** What the rules say of a call, at whichever moment is asked about. */
export async function findVerdictsOfCall(
  context: CallsContext,
  db: Queryable,
  call: CheckedCall,
): Promise<(moment: Date) => DispatchVerdict[]> {
  const verdictsOf = await findVerdicts(context, db, [call])
  return (moment) => verdictsOf(call, moment)
}

async function findVerdicts(
  context: CallsContext,
  db: Queryable,
  calls: readonly CheckedCall[],
): Promise<(call: CheckedCall, moment: Date) => DispatchVerdict[]> {
  const rulings = await findRulings(context, db, calls)
  const forbidden = await findForbiddenNumbers(db, calls)
  const reasons = new Map(forbidden.map((number) => [numberKey(number), number.reason]))
  const looksBack = (call: CheckedCall): boolean =>
    rulings.get(campaignKey(call))?.ruling.looksBack ?? false
  const histories = await findHistories(db, calls.filter(looksBack))
  return (call, moment) => {
    const facts = {
      destination: call.destination,
      timeZone: call.timeZone,
      forbidden: reasons.get(numberKey(call)),
      history: histories.get(numberKey(call)) ?? [],
    }
    return rulings.get(campaignKey(call))?.ruling.verdicts(facts, moment) ?? []
  }
}

/** By number. */
async function findHistories(
  tx: Queryable,
  calls: readonly CheckedCall[],
): Promise<Map<string, NumberAttempt[]>> {
  if (calls.length === 0) return new Map()
  return Map.groupBy(await findNumberAttempts(tx, calls), numberKey)
}

function numberKey({ accountId, destination }: AccountNumber): string {
  return `${accountId} ${destination}`
}
