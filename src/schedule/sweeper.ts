import { type Clock, errorMessage, type Logger, LookLoop, type Service } from '#base'
import {
  type CallsContext,
  completeCampaigns,
  expireCampaigns,
  forgetAuditLog,
  removeEndedCalls,
  settleLists,
  sweepUploads,
  sweepWebSessions,
} from '#calls'
import { CAMPAIGNS_CHANGED, type Database, pruneAccountUsage, pruneNumberAttempts } from '#store'

/** What has expired, or has nothing left, is found so soon; what was canceled, at once. */
const SWEEP_EVERY_MS = 1000
const TIDY_EVERY_MS = 10 * 60_000
const UPLOADS_EVERY_MS = 10_000
const RETRY_MS = 5000

export interface SweeperOptions {
  readonly db: Database
  readonly calls: CallsContext
  /** Ended calls are kept so many days. */
  readonly retentionDays: number
  /** Stretches the pauses between looks that nothing asked for; default 1, longer in simulations. */
  readonly pollScale?: number
  /** Removes what people have left lying that is this server's own. */
  readonly removeDrafts?: () => Promise<void>
  readonly clock: Clock
  readonly log: Logger
}

/**
 * What comes after the verbs, in batches, on every node at once: concludes what waits in canceled lists
 * and expired campaigns, completes campaigns, removes what uploads that broke off have left, and forgets
 * what has been kept long enough.
 */
export class Sweeper implements Service {
  readonly #options: SweeperOptions
  readonly #sweeps: LookLoop
  readonly #tidying: LookLoop
  readonly #uploads: LookLoop
  #unlisten: (() => void) | undefined

  constructor(options: SweeperOptions) {
    this.#options = options
    const { pollScale = 1 } = options
    this.#sweeps = this.#loop(async () =>
      (await this.runOnce()) > 0 ? 0 : SWEEP_EVERY_MS * pollScale,
    )
    this.#tidying = this.#loop(async () => {
      await this.tidyOnce()
      return TIDY_EVERY_MS
    })
    this.#uploads = this.#loop(async () => {
      await sweepUploads(this.#options.calls)
      return UPLOADS_EVERY_MS * pollScale
    })
  }

  async start(): Promise<void> {
    this.#unlisten = this.#options.db.listen(CAMPAIGNS_CHANGED, () => this.#sweeps.wake())
    this.#sweeps.wake()
    this.#tidying.wake()
    this.#uploads.wake()
  }

  async stop(): Promise<void> {
    this.#unlisten?.()
    await Promise.all([this.#sweeps, this.#tidying, this.#uploads].map((loop) => loop.stop()))
  }

  /** One round. Returns how many calls it concluded; 0: nothing of the kind is left for now. */
  async runOnce(): Promise<number> {
    const { calls } = this.#options
    const concluded = (await settleLists(calls)) + (await expireCampaigns(calls))
    await completeCampaigns(calls)
    return concluded
  }

  /** Forgets what is old enough. */
  async tidyOnce(): Promise<void> {
    const { db, calls, retentionDays, removeDrafts, log } = this.#options
    const removed = await removeEndedCalls(calls, retentionDays)
    if (removed > 0) log.info('ended calls were removed', { removed })
    await pruneNumberAttempts(db)
    await pruneAccountUsage(db)
    await sweepWebSessions(calls)
    await forgetAuditLog(calls)
    await removeDrafts?.()
  }

  #loop(look: () => Promise<number>): LookLoop {
    const { clock, log } = this.#options
    return new LookLoop({
      clock,
      look,
      failed: (error) => log.error('sweeping failed', { error: errorMessage(error) }),
      retryMs: RETRY_MS,
    })
  }
}
