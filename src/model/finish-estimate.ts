import type { CampaignState } from './campaign-state.ts'
import type { DispatchVerdict } from './dispatch-verdict.ts'

/** Why there is no telling when a campaign will be through. */
export type NoEstimate = (typeof NO_ESTIMATES)[number]

export const NO_ESTIMATES = [
  'nothing-left',
  'canceled',
  'paused',
  /** The account, or the installation. */
  'held',
  'outside-hours',
  /** Its next call is due later, and none has ended lately. */
  'not-due',
  /** Calls are due, and none has ended lately. */
  'nothing-ended',
] as const

export interface CampaignPace {
  readonly now: Date
  readonly state: CampaignState
  /** Queued and in progress. */
  readonly left: number
  /** What each rule says now of the queued call that comes next; empty where none is queued. */
  readonly verdicts: readonly Pick<DispatchVerdict, 'rule' | 'allows'>[]
  readonly nextDueAt?: Date | undefined
  /** How many calls end a second, as of late. */
  readonly endedPerSecond: number
}

/** When the last call will have ended, if it goes on as of late; or why nobody can tell. */
export function estimateFinish(pace: CampaignPace): Date | NoEstimate {
  const { now, state, left, verdicts, nextDueAt = now, endedPerSecond } = pace
  const objects = (rule: DispatchVerdict['rule']): boolean =>
    verdicts.some((verdict) => verdict.rule === rule && !verdict.allows)
  if (left === 0) return 'nothing-left'
  if (state === 'canceled') return 'canceled'
  if (state === 'paused') return 'paused'
  if (objects('hold')) return 'held'
  if (objects('calling-window')) return 'outside-hours'
  if (endedPerSecond <= 0) return nextDueAt > now ? 'not-due' : 'nothing-ended'
  const fromMs = Math.max(now.getTime(), nextDueAt.getTime())
  return new Date(Math.ceil(fromMs + (left / endedPerSecond) * 1000))
}
