import type { Progress } from '#client'
import { type Outcome, resultOf } from '#model'
import type { ProgressFigures } from './progress.ts'

/** Pending, Completed and Failed, as users of the original know them; what was canceled or refused counts as failed. */
export function progressFigures({ queued, in_progress, ended }: Progress): ProgressFigures {
  const done = Object.entries(ended)
  const completed = sum(done.filter(([outcome]) => resultOf(outcome as Outcome) === 'completed'))
  return { pending: queued + in_progress, completed, failed: sum(done) - completed }
}

function sum(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((total, [, count]) => total + count, 0)
}
