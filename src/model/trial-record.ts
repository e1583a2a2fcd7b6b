import type { DispatchRule } from './dispatch-verdict.ts'
import type { Outcome } from './outcome.ts'

export interface TrialHour {
  readonly at: Date
  readonly starts: number
  readonly answered: number
  /** Lines in use: on average over the hour, and at most. */
  readonly linesAverage: number
  readonly linesPeak: number
}

export interface TrialOutcome {
  /** Those in which something happened, in order. */
  readonly hours: readonly TrialHour[]
  readonly attempts: number
  readonly linesPeak: number
  /** How many calls ended as what. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  /** How many calls a rule has put off at least once. */
  readonly putOff: Readonly<Partial<Record<DispatchRule, number>>>
  /** How many calls are never dialled, by the rule that is against it. */
  readonly suppressed: Readonly<Partial<Record<DispatchRule, number>>>
  /** When the last call ended that has. */
  readonly finishedAt?: Date
  /** Calls that had not ended when the trial was given up. */
  readonly unfinished: number
}

const HOUR_MS = 3_600_000

interface Hour {
  starts: number
  answered: number
  lineMs: number
  /** Calls that were in progress when it began. */
  carried: number
  peak: number
}

/** What happens in a trial, summed up. */
export class TrialRecord {
  readonly #hours = new Map<number, Hour>()
  readonly #outcomes = new Map<Outcome, number>()
  readonly #putOff = new Map<DispatchRule, number>()
  readonly #suppressed = new Map<DispatchRule, number>()
  #attempts = 0
  #linesPeak = 0
  #finishedAt: number | undefined

  /** An attempt with its whole life; `lines`: how many are in use, this one's included. */
  attempt(attempt: { from: number; to: number; answered: boolean; lines: number }): void {
    const { from, to, answered, lines } = attempt
    this.#attempts++
    this.#linesPeak = Math.max(this.#linesPeak, lines)
    const first = Math.floor(from / HOUR_MS)
    const begun = this.#hour(first)
    begun.starts++
    if (answered) begun.answered++
    begun.peak = Math.max(begun.peak, lines)
    for (let index = first; index * HOUR_MS < to || index === first; index++) {
      const hour = this.#hour(index)
      const start = Math.max(from, index * HOUR_MS)
      hour.lineMs += Math.min(to, (index + 1) * HOUR_MS) - start
      if (index > first) hour.carried++
    }
  }

  conclude(outcome: Outcome, at: number): void {
    count(this.#outcomes, outcome)
    this.#finishedAt = Math.max(this.#finishedAt ?? at, at)
  }

  /** `putOffBy`: the rules that have put off this call before. */
  putOff(putOffBy: Set<DispatchRule>, rule: DispatchRule): void {
    if (putOffBy.has(rule)) return
    putOffBy.add(rule)
    count(this.#putOff, rule)
  }

  suppress(rule: DispatchRule): void {
    count(this.#suppressed, rule)
  }

  outcome(unfinished: number): TrialOutcome {
    const hours = [...this.#hours].sort(([one], [other]) => one - other)
    return {
      hours: hours.map(([index, hour]) => ({
        at: new Date(index * HOUR_MS),
        starts: hour.starts,
        answered: hour.answered,
        linesAverage: Math.round((hour.lineMs / HOUR_MS) * 100) / 100,
        linesPeak: Math.max(hour.peak, hour.carried),
      })),
      attempts: this.#attempts,
      linesPeak: this.#linesPeak,
      outcomes: Object.fromEntries(this.#outcomes),
      putOff: Object.fromEntries(this.#putOff),
      suppressed: Object.fromEntries(this.#suppressed),
      ...(this.#finishedAt === undefined ? {} : { finishedAt: new Date(this.#finishedAt) }),
      unfinished,
    }
  }

  #hour(index: number): Hour {
    const hour = this.#hours.get(index) ?? {
      starts: 0,
      answered: 0,
      lineMs: 0,
      carried: 0,
      peak: 0,
    }
    this.#hours.set(index, hour)
    return hour
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
