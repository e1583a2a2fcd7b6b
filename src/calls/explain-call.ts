import {
  type CalleeType,
  type CallState,
  type DispatchVerdict,
  decideDispatch,
  foreseeDispatch,
  limitVerdicts,
  type Outcome,
  standingVerdicts,
} from '#model'
import {
  type CallRecordingRecord,
  type CallStandingRecord,
  databaseNow,
  findAccountSettings,
  findCallRecordings,
  findCallStanding,
} from '#store'
import { findVerdictsOfCall } from './check-dispatch.ts'
import type { CallsContext } from './context.ts'
import { findDailyVerdicts } from './daily-room.ts'
import { findCallLimits } from './find-call-limits.ts'

/** Why a call is dialled, or not. */
export interface CallExplanation {
  readonly callId: number
  readonly accountId: number
  readonly campaignId: number
  readonly campaignName: string
  readonly destination: string
  readonly state: CallState
  /** In one sentence. */
  readonly summary: string
  /** The database's time, at which the verdicts are given. */
  readonly now: Date
  /** What each rule says of a queued call now; empty where it is not queued. */
  readonly verdicts: readonly DispatchVerdict[]
  /** When the rules let a queued call be dialled, as far as it can be foreseen; then lines and rates decide. */
  readonly nextDialAt?: Date
  /** What was said of it when it was last looked at, and when that was. */
  readonly decided?: { readonly at: Date; readonly verdicts: readonly DispatchVerdict[] }
  readonly outcome?: Outcome
  readonly cause?: string
  /** Who or what answered it. */
  readonly calleeType?: Exclude<CalleeType, ''>
  /** By attempt: where they are, or why there is none of one that was to be recorded. */
  readonly recordings: readonly CallRecordingRecord[]
}

export interface ExplainCall {
  readonly callId: number
  /** Only of this account. */
  readonly accountId?: number | undefined
}

/** Undefined where there is no such call. */
export async function explainCall(
  context: CallsContext,
  key: ExplainCall,
): Promise<CallExplanation | undefined> {
  const { db } = context
  const now = context.now?.() ?? (await databaseNow(db))
  const call = await findCallStanding(db, key)
  if (call === undefined) return undefined
  const { callId, accountId, campaignId, campaignName, destination, state } = call
  const known = {
    ...{ callId, accountId, campaignId, campaignName, destination, state, now },
    ...decidedOf(call),
    recordings: await findCallRecordings(db, { callId, accountId }),
    ...(call.outcome === undefined ? {} : { outcome: call.outcome }),
    ...(call.cause === undefined ? {} : { cause: call.cause }),
    ...(call.calleeType ? { calleeType: call.calleeType } : {}),
  }
  if (state !== 'queued') return { ...known, verdicts: [], summary: summaryOfState(call) }
  const rulesAt = await findVerdictsOfCall(context, db, call)
  const settings = await findAccountSettings(db, accountId)
  const dailyAt = settings
    ? await findDailyVerdicts(db, { accountId, ...settings }, now)
    : (): DispatchVerdict[] => []
  const verdictsAt = (moment: Date): DispatchVerdict[] => [
    ...standingVerdicts(call, moment),
    ...rulesAt(moment),
    ...dailyAt(moment),
  ]
  const limits = limitVerdicts(
    await findCallLimits(db, call, context.settings.installation ?? {}),
    now,
  )
  const verdicts = [...verdictsAt(now), ...limits]
  const nextDialAt = foreseeDispatch(
    (moment) => verdictsAt(moment).filter(({ rule }) => rule !== 'expired'),
    now,
  )
  const expires =
    call.expiresAt !== undefined && nextDialAt !== undefined && nextDialAt >= call.expiresAt
  const next = nextDialAt === undefined || expires ? {} : { nextDialAt }
  return { ...known, verdicts, ...next, summary: summarize(verdicts, { nextDialAt, expires, now }) }
}

function summaryOfState(call: CallStandingRecord): string {
  const { state, outcome, cause, calleeType, endedAt } = call
  switch (state) {
    case 'claimed':
      return 'It was given a line and is dialled in a moment.'
    case 'dialing':
      return 'It is being dialled.'
    case 'answered':
      return 'It was answered and goes on.'
    default: {
      const who = calleeType ? ` (${calleeType})` : ''
      return `It ended at ${endedAt?.toISOString()}: ${outcome}${who}, ${cause}.`
    }
  }
}

interface Prospect {
  readonly nextDialAt: Date | undefined
  readonly expires: boolean
  readonly now: Date
}

function summarize(
  verdicts: readonly DispatchVerdict[],
  { nextDialAt, expires, now }: Prospect,
): string {
  const objections = verdicts.filter(({ allows }) => !allows)
  const because = objections.map(({ detail }) => detail).join('; ')
  if (objections.length === 0) return 'Nothing is in its way: it is dialled at once.'
  if (objections.every(({ rule }) => rule === 'lines' || rule === 'pacing')) {
    return `It is dialled as soon as its turn comes: ${because}.`
  }
  if (decideDispatch(verdicts, now).kind === 'refuse') return `It will not be dialled: ${because}.`
  if (expires) return `It will expire before it may be dialled: ${because}.`
  if (nextDialAt === undefined) return `It waits, nobody can say until when: ${because}.`
  return `It can be dialled at ${nextDialAt.toISOString()}: ${because}.`
}

function decidedOf({
  decidedAt: at,
  verdicts = [],
}: CallStandingRecord): Pick<CallExplanation, 'decided'> {
  if (at === undefined) return {}
  const read = verdicts.map(({ notBefore, ...verdict }) => ({
    ...verdict,
    ...(notBefore === undefined ? {} : { notBefore: new Date(notBefore) }),
  }))
  return { decided: { at, verdicts: read } }
}
