import { type Clock, errorMessage, type Logger, LookLoop, type Service } from '#base'
import { type CallsContext, reportNode } from '#calls'
import type { NodeReport } from '#model'

const REPORT_EVERY_MS = 3000

export interface NodeReporterOptions {
  readonly calls: CallsContext
  readonly nodeId: string
  /** How the node stands now. */
  readonly look: () => NodeReport
  /** Stretches the pauses between reports; default 1, longer in simulations. */
  readonly pollScale?: number
  readonly clock: Clock
  readonly log: Logger
}

/** Tells all nodes how this one stands, every few seconds. */
export class NodeReporter implements Service {
  readonly #looks: LookLoop

  constructor({ calls, nodeId, look, pollScale = 1, clock, log }: NodeReporterOptions) {
    const pauseMs = REPORT_EVERY_MS * pollScale
    this.#looks = new LookLoop({
      clock,
      look: () => reportNode(calls, { nodeId, report: look() }).then(() => pauseMs),
      failed: (error) => log.warn('report not stored', { error: errorMessage(error) }),
      retryMs: pauseMs,
    })
  }

  async start(): Promise<void> {
    this.#looks.wake()
  }

  async stop(): Promise<void> {
    await this.#looks.stop()
  }
}
