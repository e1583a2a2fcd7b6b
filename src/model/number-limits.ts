import type { DispatchVerdict } from './dispatch-verdict.ts'

/** What an account says about calling one number again, whatever call it is of. */
export interface NumberLimits {
  /** From the end of an attempt to the next one; 0: none. */
  readonly gapSeconds: number
  /** Attempts in any 24 hours; absent: as many as there are calls. */
  readonly cap?: number
}

/** The attempts to one number that limits may ask for, the oldest first. */
export type NumberHistory = readonly NumberAttempt[]

export interface NumberAttempt {
  readonly dialedAt: Date
  /** Absent while it goes on. */
  readonly endedAt?: Date
}

const DAY_MS = 86_400_000

/** The number was not called for so long. */
export function numberGapVerdict(
  { gapSeconds }: NumberLimits,
  history: NumberHistory,
  now: Date,
): DispatchVerdict {
  const rule = 'number-gap'
  if (gapSeconds === 0) return { rule, allows: true, detail: 'the account asks for no gap' }
  const asked = `the account asks for ${gapSeconds} s after an attempt to the number`
  if (history.some(({ endedAt }) => endedAt === undefined)) {
    return { rule, allows: false, detail: `${asked}, and one is in progress` }
  }
  const lastEnd = Math.max(...history.map(({ endedAt }) => endedAt?.getTime() ?? 0))
  const free = new Date(lastEnd + gapSeconds * 1000)
  if (history.length === 0 || free <= now) return { rule, allows: true, detail: asked }
  const detail = `${asked}; the last one ended at ${new Date(lastEnd).toISOString()}`
  return { rule, allows: false, notBefore: free, detail }
}

/** With this attempt, no 24 hours have more attempts to the number than the cap says. */
export function numberCapVerdict(
  { cap }: NumberLimits,
  history: NumberHistory,
  now: Date,
): DispatchVerdict {
  const rule = 'number-cap'
  if (cap === undefined) return { rule, allows: true, detail: 'the account sets no cap' }
  const recent = history.filter(({ dialedAt }) => dialedAt.getTime() > now.getTime() - DAY_MS)
  const detail = `${recent.length} of ${cap} attempts to the number were made in the last 24 hours`
  if (recent.length < cap) return { rule, allows: true, detail }
  const oldest = recent.map(({ dialedAt }) => dialedAt.getTime()).sort((one, other) => one - other)
  const frees = oldest[recent.length - cap] ?? now.getTime()
  return { rule, allows: false, notBefore: new Date(frees + DAY_MS), detail }
}
