import {
  AccountLanes,
  type Clock,
  errorMessage,
  type GuardedFetch,
  type Logger,
  LookLoop,
  type Random,
  type Service,
  sleep,
  traceStop,
} from '#base'
import {
  type ClaimedResult,
  claimDueResults,
  type Database,
  databaseNow,
  markResultDelivered,
  markResultUndeliverable,
  RESULTS_DUE,
  recordResultTry,
  rescheduleResult,
} from '#store'
import {
  DELIVERY_SCHEDULE,
  type DeliveryDecision,
  type DeliverySchedule,
  decideDelivery,
} from './delivery-policy.ts'
import { type PostedTry, postResult } from './post-result.ts'

export interface ResultSettings {
  /** Posts at once, of all accounts and of one. */
  readonly concurrency: number
  readonly concurrencyPerAccount: number
  /** For one post. */
  readonly timeoutMs: number
  /** A due result is looked for at least so often, whatever wake-ups were lost. */
  readonly pollMs: number
  /**
   * A claimed result of which nothing was heard for so long is due again: its node has died. Longer
   * than the wait for a turn and the post itself can last.
   */
  readonly leaseSeconds: number
  /** How long `stop` lets posts in progress go on before it breaks them off. */
  readonly drainMs: number
  readonly schedule: DeliverySchedule
}

const DEFAULTS: ResultSettings = {
  concurrency: 100,
  concurrencyPerAccount: 10,
  timeoutMs: 10_000,
  pollMs: 1_000,
  leaseSeconds: 25,
  drainMs: 5_000,
  schedule: DELIVERY_SCHEDULE,
}

export interface ResultLoopOptions {
  readonly db: Database
  readonly fetch: GuardedFetch
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  readonly settings?: Partial<ResultSettings>
}

/**
 * Empties the outbox. Wakes when a result is stored, when a post has ended, and once a second for
 * retries that fell due. A result is claimed by moving its due time past a lease, posted, and only
 * then marked: a crash in between posts it again, with the same id and the same bytes.
 */
export class ResultLoop implements Service {
  readonly #options: ResultLoopOptions
  readonly #settings: ResultSettings
  readonly #lanes: AccountLanes<ClaimedResult>
  readonly #posting = new Set<Promise<void>>()
  readonly #breakOff = new AbortController()
  #unlisten: (() => void) | undefined
  readonly #looks: LookLoop
  #stopping = false

  constructor(options: ResultLoopOptions) {
    this.#options = options
    this.#settings = { ...DEFAULTS, ...options.settings }
    const { concurrency, concurrencyPerAccount } = this.#settings
    this.#lanes = new AccountLanes(concurrency, concurrencyPerAccount)
    const { pollMs } = this.#settings
    this.#looks = new LookLoop({
      clock: options.clock,
      look: () => this.runOnce().then(() => pollMs),
      failed: (error) =>
        options.log.error('looking for due results failed', { error: errorMessage(error) }),
      retryMs: pollMs,
    })
  }

  async start(): Promise<void> {
    this.#unlisten = this.#options.db.listen(RESULTS_DUE, () => this.wake())
    this.wake()
  }

  /** Posts in progress may go on for `drainMs`; what only waited is due again at once. Twice-safe. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#unlisten?.()
    await this.#looks.stop()
    await this.#giveBack(this.#lanes.clear())
    const drained = new AbortController()
    const breakOffLater = sleep(this.#options.clock, this.#settings.drainMs, drained.signal).then(
      () => this.#breakOff.abort(),
    )
    while (this.#posting.size > 0) await Promise.all(this.#posting)
    drained.abort()
    await breakOffLater
  }

  /** Looks for due results now, or once more after the look that is under way. */
  wake(): void {
    this.#looks.wake()
  }

  /** Claims due results until no more can start or none is left, and starts them. Returns how many. */
  async runOnce(): Promise<number> {
    const { concurrencyPerAccount, leaseSeconds } = this.#settings
    let claimed = 0
    for (;;) {
      // few at a time, so that what must wait for its account's turn does not outwait the lease
      const limit = Math.min(this.#lanes.free, concurrencyPerAccount)
      if (limit <= 0) return claimed
      const request = { limit, leaseSeconds, exceptAccounts: this.#lanes.full }
      const due = await claimDueResults(this.#options.db, request)
      for (const { callId } of due) traceStop('results/result-loop', callId)
      this.#lanes.add(due)
      const started = this.#startPosts()
      claimed += due.length
      if (due.length < limit || started === 0) return claimed
    }
  }

  /** Starts all posts that may start. Returns how many. */
  #startPosts(): number {
    let started = 0
    for (let next = this.#lanes.take(); next !== undefined; next = this.#lanes.take()) {
      const result = next
      started++
      const posting = this.#deliver(result).finally(() => {
        this.#lanes.done(result)
        this.#posting.delete(posting)
        if (this.#stopping) return
        this.#startPosts()
        this.wake()
      })
      this.#posting.add(posting)
    }
    return started
  }

  async #deliver(result: ClaimedResult): Promise<void> {
    const { fetch, clock, log } = this.#options
    const { timeoutMs } = this.#settings
    const signal = this.#breakOff.signal
    const posted = await postResult(result, { fetch, clock, timeoutMs, signal })
    try {
      const decision = await this.#record(result, posted)
      const fields = { callId: result.callId, try: result.try, ...posted, ...decision }
      if (decision.kind === 'undeliverable') log.warn('result given up', fields)
      else log.info('result posted', fields)
    } catch (thrown) {
      // Nothing is lost: the lease ends and the result is posted once more.
      log.error('a try was not recorded', { callId: result.callId, error: errorMessage(thrown) })
    }
  }

  /** The try and what follows from it, in one transaction. */
  #record(result: ClaimedResult, posted: PostedTry): Promise<DeliveryDecision> {
    return this.#options.db.transaction(async (tx) => {
      const now = await databaseNow(tx)
      const ageSeconds = (now.getTime() - result.createdAt.getTime()) / 1000
      const decision = decideDelivery(
        posted,
        { tries: result.try, ageSeconds },
        this.#options.random,
        this.#settings.schedule,
      )
      await recordResultTry(tx, result, posted)
      if (decision.kind === 'delivered') await markResultDelivered(tx, result)
      else if (decision.kind === 'undeliverable') await markResultUndeliverable(tx, result)
      else await rescheduleResult(tx, result, decision.pauseSeconds)
      return decision
    })
  }

  async #giveBack(results: readonly ClaimedResult[]): Promise<void> {
    const { db, log } = this.#options
    try {
      for (const result of results) await rescheduleResult(db, result, 0)
    } catch (thrown) {
      log.warn('results not given back', { error: errorMessage(thrown) })
    }
  }
}
