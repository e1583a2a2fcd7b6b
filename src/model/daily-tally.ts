import {
  type AccountDay,
  accountDay,
  begunMinutes,
  type DailyCaps,
  dailyCapVerdicts,
  hasDailyCaps,
} from './daily-caps.ts'
import type { DispatchVerdict } from './dispatch-verdict.ts'

export interface TalliedCaps extends DailyCaps {
  /** The account's, IANA name. */
  readonly timeZone: string
  /** Of the day on which it begins. */
  readonly used: { readonly attempts: number; readonly minutes: number }
}

/** Counts what an account uses day by day, on a clock that only goes forward. */
export class DailyTally {
  readonly #caps: TalliedCaps
  readonly #isCapped: boolean
  #day: AccountDay
  #attempts: number
  #minutes: number

  constructor(caps: TalliedCaps, from: Date) {
    this.#caps = caps
    this.#isCapped = hasDailyCaps(caps)
    this.#day = accountDay(caps.timeZone, from)
    this.#attempts = caps.used.attempts
    this.#minutes = caps.used.minutes
  }

  verdicts(now: Date): DispatchVerdict[] {
    if (!this.#isCapped) return []
    this.#turnTo(now)
    const use = { attempts: this.#attempts, minutes: this.#minutes, claimed: 0 }
    return dailyCapVerdicts(this.#caps, use, { day: this.#day, moment: now })
  }

  countAttempt(now: Date): void {
    if (this.#isCapped) this.#turnTo(now)
    this.#attempts++
  }

  /** When a connected call has ended. */
  countTalk(now: Date, seconds: number): void {
    if (this.#isCapped) this.#turnTo(now)
    this.#minutes += begunMinutes(seconds)
  }

  #turnTo(now: Date): void {
    if (now < this.#day.to) return
    this.#day = accountDay(this.#caps.timeZone, now)
    this.#attempts = 0
    this.#minutes = 0
  }
}
