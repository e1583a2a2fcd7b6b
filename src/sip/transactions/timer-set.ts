import type { Clock, Timer } from '#base'
import type { TimerName } from './machine.ts'

/** The timers of one transaction, by their letters. */
export class TimerSet {
  readonly #clock: Clock
  readonly #timers = new Map<TimerName, { readonly timer: Timer; readonly dueMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(name: TimerName, delayMs: number, fire: () => void): void {
    this.clear(name)
    const dueMs = this.#clock.monotonic() + delayMs
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#timers.delete(name)
      fire()
    })
    this.#timers.set(name, { timer, dueMs })
  }

  /** It should have fired by now, and has not: this process stood still. */
  isOverdue(name: TimerName): boolean {
    const set = this.#timers.get(name)
    return set !== undefined && set.dueMs <= this.#clock.monotonic()
  }

  clear(name: TimerName): void {
    this.#timers.get(name)?.timer.cancel()
    this.#timers.delete(name)
  }

  clearAll(): void {
    for (const { timer } of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }
}
