import type { Clock, Timer } from './clock.ts'

export interface LookLoopOptions {
  readonly clock: Clock
  /** One look for work; resolves with the milliseconds after which to look again unless woken. */
  readonly look: () => Promise<number>
  /** Told when a look rejects; the next one comes after `retryMs`. */
  readonly failed: (error: unknown) => void
  readonly retryMs: number
}

/**
 * Looks for work, one look at a time: when woken, when a look has said that something will be due,
 * and after a failure. A wake-up during a look is not lost: another look follows.
 */
export class LookLoop {
  readonly #options: LookLoopOptions
  #timer: Timer | undefined
  #looking: Promise<void> | undefined
  #wokenAgain = false
  #stopped = false

  constructor(options: LookLoopOptions) {
    this.#options = options
  }

  /** Looks now, or once more after the look that is under way. Begins the loop. */
  wake(): void {
    if (this.#stopped) return
    if (this.#looking !== undefined) {
      this.#wokenAgain = true
      return
    }
    this.#timer?.cancel()
    this.#looking = this.#lookOnce().finally(() => {
      this.#looking = undefined
      if (!this.#wokenAgain) return
      this.#wokenAgain = false
      this.wake()
    })
  }

  /** No further looks. Resolves when the one under way has ended. Twice-safe. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#looking
  }

  async #lookOnce(): Promise<void> {
    const { clock, look, failed, retryMs } = this.#options
    const waitMs = await look().catch((error: unknown) => {
      failed(error)
      return retryMs
    })
    if (!this.#stopped) this.#timer = clock.setTimer(waitMs, () => this.wake())
  }
}
