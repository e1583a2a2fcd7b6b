import { type Clock, errorMessage, type Logger, LookLoop, type Service } from '#base'
import { type CallsContext, countEndedCalls } from '#calls'

/** Figures are so old at most, while no transaction hangs. */
const COUNT_EVERY_MS = 2000
const RETRY_MS = 5000

export interface StatisticsKeeperOptions {
  readonly calls: CallsContext
  /** Stretches the pauses between looks; default 1, longer in simulations. */
  readonly pollScale?: number
  readonly clock: Clock
  readonly log: Logger
}

/** Keeps the figures of ended calls up to date, beside the transactions that end them; on every node, one at a time. */
export class StatisticsKeeper implements Service {
  readonly #looks: LookLoop

  constructor({ calls, pollScale = 1, clock, log }: StatisticsKeeperOptions) {
    this.#looks = new LookLoop({
      clock,
      look: async () => ((await countEndedCalls(calls)).more ? 0 : COUNT_EVERY_MS * pollScale),
      failed: (error) => log.error('counting ended calls failed', { error: errorMessage(error) }),
      retryMs: RETRY_MS,
    })
  }

  async start(): Promise<void> {
    this.#looks.wake()
  }

  async stop(): Promise<void> {
    await this.#looks.stop()
  }
}
