import { type Clock, errorMessage, type Logger, LookLoop, type Service } from '#base'
import type { CallCancel } from '#model'
import { CALLS_CANCELED, type Database, listCancelRequests } from '#store'

/** What is to be canceled is looked for at least so often: a ringing call gets CANCEL within a second. */
const POLL_MS = 500

export interface CancelWatchOptions {
  readonly db: Database
  readonly nodeId: string
  readonly clock: Clock
  readonly log: Logger
  /** Stretches the pauses between looks that nothing asked for; default 1, longer in simulations. */
  readonly pollScale?: number
  /** Ends the attempt of a call that this node has in hand; asked again as long as it is open. */
  readonly cancel: (callId: number, what: CallCancel) => void
}

/** Learns which of the calls that this node has in hand are to be canceled, and has them ended. */
export class CancelWatch implements Service {
  readonly #options: CancelWatchOptions
  readonly #looks: LookLoop
  #unlisten: (() => void) | undefined

  constructor(options: CancelWatchOptions) {
    this.#options = options
    const { clock, log, pollScale = 1 } = options
    this.#looks = new LookLoop({
      clock,
      look: () => this.runOnce().then(() => POLL_MS * pollScale),
      failed: (error) =>
        log.error('looking for canceled calls failed', { error: errorMessage(error) }),
      retryMs: POLL_MS,
    })
  }

  async start(): Promise<void> {
    this.#unlisten = this.#options.db.listen(CALLS_CANCELED, () => this.#looks.wake())
    this.#looks.wake()
  }

  async stop(): Promise<void> {
    this.#unlisten?.()
    await this.#looks.stop()
  }

  /** One look. Returns how many calls it asked to be ended. */
  async runOnce(): Promise<number> {
    const { db, nodeId, cancel } = this.#options
    const requests = await listCancelRequests(db, nodeId)
    for (const request of requests) cancel(request.callId, request.cancel)
    return requests.length
  }
}
