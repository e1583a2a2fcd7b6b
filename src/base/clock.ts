/**
 * Time, handed in. Rooms never read the machine's clock or set a timer themselves: they are given a
 * `Clock`, so that one virtual clock can drive a whole simulation.
 */
export interface Timer {
  /** Twice-safe; a timer that has fired ignores it. */
  cancel(): void
}

export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01 UTC. For logs and for what people read; it may jump. */
  now(): number
  /** Monotonic clock, milliseconds with a fraction, from an arbitrary start. For measuring and timers. */
  monotonic(): number
  /** Calls `fire` once, `delayMs` from now on the monotonic clock. */
  setTimer(delayMs: number, fire: () => void): Timer
}

/** The longest delay that Node's timers hold (2^31 − 1 ms); a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, fire) {
    let handle: NodeJS.Timeout
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, LONGEST_TIMER_MS)
      handle = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : fire()), stepMs)
    }
    arm(Math.max(0, delayMs))
    return { cancel: () => clearTimeout(handle) }
  },
}

/** Resolves after `delayMs`; at once, when `signal` aborts. Never rejects. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const wake = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = clock.setTimer(delayMs, wake)
    signal?.addEventListener('abort', wake, { once: true })
  })
}
