import type { Progress } from '#client'

/** Rates are those of the last minute. */
const WINDOW_MS = 60_000
/** Of less than this nothing is reckoned. */
const LEAST_MS = 2_000

/** How fast a campaign goes; absent: not yet known. */
export interface Rates {
  /** Calls that ended, in a minute. */
  readonly endedPerMinute?: number
  readonly answeredPerMinute?: number
  /** When the last call would end at this rate, milliseconds since 1970. Retries make it later. */
  readonly finishesAtMs?: number
}

interface Sample {
  readonly atMs: number
  readonly ended: number
  readonly answered: number
}

/** Reckons rates from what is seen of a campaign's progress now and then. */
export class Pace {
  #samples: readonly Sample[] = []

  /** `atMs`: milliseconds since 1970. */
  see(atMs: number, progress: Progress): Rates {
    const latest = { atMs, ended: endedOf(progress), answered: progress.ended['answered'] ?? 0 }
    const recent = this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS)
    this.#samples = [...recent, latest]
    const first = recent[0]
    if (first === undefined || atMs - first.atMs < LEAST_MS) return {}
    const minutes = (atMs - first.atMs) / 60_000
    const endedPerMinute = (latest.ended - first.ended) / minutes
    const left = progress.accepted - latest.ended
    return {
      endedPerMinute,
      answeredPerMinute: (latest.answered - first.answered) / minutes,
      ...(endedPerMinute > 0 && left > 0
        ? { finishesAtMs: atMs + (left / endedPerMinute) * 60_000 }
        : {}),
    }
  }
}

export function endedOf({ ended }: Progress): number {
  return Object.values(ended).reduce((sum, calls) => sum + calls, 0)
}
