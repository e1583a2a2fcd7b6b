import {
  type Clock,
  errorMessage,
  type GuardedFetch,
  type Logger,
  LookLoop,
  type Random,
  type Service,
  sleep,
  traceStop,
  type WriteGroup,
} from '#base'
import {
  type ClaimedResult,
  claimDueResults,
  type Database,
  giveBackResults,
  RESULTS_DUE,
  type RestRule,
  type ResultTry,
} from '#store'
import {
  DELIVERY_SCHEDULE,
  type DeliverySchedule,
  decideDelivery,
  isAlive,
} from './delivery-policy.ts'
import { DestinationLanes } from './destination-lanes.ts'
import { isResult, type PostedTry, postResult } from './post-result.ts'
import { recordGroup } from './result-record.ts'

export interface ResultSettings {
  /** Posts at once, of all destinations and of one. */
  readonly concurrency: number
  readonly concurrencyPerDestination: number
  /** For one post. */
  readonly timeoutMs: number
  /** A due result is looked for at least so often, whatever wake-ups were lost. */
  readonly pollMs: number
  /**
   * A claimed result of which nothing was heard for so long is due again: its node has died. What has
   * waited for its turn so long that a post might outlast it is given back.
   */
  readonly leaseSeconds: number
  /** How long `stop` lets posts in progress go on before it breaks them off. */
  readonly drainMs: number
  readonly schedule: DeliverySchedule
  /** When a destination that fails is left alone, and for how long. */
  readonly rest: RestRule
}

const DEFAULTS: ResultSettings = {
  concurrency: 400,
  concurrencyPerDestination: 20,
  timeoutMs: 10_000,
  pollMs: 1_000,
  leaseSeconds: 30,
  drainMs: 5_000,
  schedule: DELIVERY_SCHEDULE,
  rest: { afterFailures: 10, firstSeconds: 5, longestSeconds: 60 },
}

/** The part of a lease that is for writing down what came of a post. */
const RECORDING_SHARE = 1 / 6

export interface ResultLoopOptions {
  readonly db: Database
  readonly fetch: GuardedFetch
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  readonly settings?: Partial<ResultSettings>
}

/** With when its lease was taken, on the monotonic clock. */
interface Leased extends ClaimedResult {
  readonly claimedMs: number
}

/**
 * Empties the outbox. Wakes when a result is stored, when a destination's claimed results run out, and
 * once a second for retries that fell due. A result is claimed by moving its due time past a lease, posted,
 * and only then marked: a crash in between posts it again, with the same id and the same bytes.
 */
export class ResultLoop implements Service {
  readonly #options: ResultLoopOptions
  readonly #settings: ResultSettings
  readonly #lanes: DestinationLanes<Leased>
  readonly #record: WriteGroup<ResultTry, undefined>
  readonly #posting = new Set<Promise<void>>()
  readonly #breakOff = new AbortController()
  #unlisten: (() => void) | undefined
  readonly #looks: LookLoop
  #stopping = false

  constructor(options: ResultLoopOptions) {
    this.#options = options
    this.#settings = { ...DEFAULTS, ...options.settings }
    const { concurrency: total, concurrencyPerDestination: perDestination } = this.#settings
    this.#lanes = new DestinationLanes({ total, perDestination })
    this.#record = recordGroup(options.db, this.#settings.rest)
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
    const { db, clock } = this.#options
    const { leaseSeconds } = this.#settings
    for (let claimed = 0; ; ) {
      const room = this.#lanes.room()
      const { limit } = room
      if (limit === 0) return claimed
      const claimedMs = clock.monotonic()
      const due = await claimDueResults(db, { ...room, leaseSeconds })
      for (const result of due) {
        if (isResult(result)) traceStop('results/result-loop', result.callId)
      }
      this.#lanes.add(
        due.map((result) => ({ ...result, claimedMs })),
        room,
      )
      this.#startPosts()
      claimed += due.length
      // Of so few destinations everything was claimed that may be.
      const destinations = new Set(due.map(({ accountId, destination }) => accountId + destination))
      if (due.length === 0 || destinations.size * room.room <= limit) return claimed
    }
  }

  /** Starts all posts that may start. */
  #startPosts(): void {
    const { leaseSeconds, timeoutMs } = this.#settings
    const freshMs = leaseSeconds * 1000 * (1 - RECORDING_SHARE) - timeoutMs
    for (let next = this.#lanes.take(); next !== undefined; next = this.#lanes.take()) {
      const result = next
      const startedMs = this.#options.clock.monotonic()
      const isFresh = startedMs - result.claimedMs <= freshMs
      const work = isFresh ? this.#post(result) : this.#giveBack([result])
      this.#follow(work.finally(() => this.#done(result, startedMs)))
    }
  }

  #done(result: Leased, startedMs: number): void {
    const isTime = this.#lanes.done(result, this.#options.clock.monotonic() - startedMs)
    if (this.#stopping) return
    this.#startPosts()
    if (isTime) this.wake()
  }

  /** What `stop` waits for. */
  #follow(work: Promise<void>): void {
    const followed = work.finally(() => this.#posting.delete(followed))
    this.#posting.add(followed)
  }

  /** Resolves when there is an answer; it is written down while the next one is posted. */
  async #post(result: Leased): Promise<void> {
    const { fetch, clock } = this.#options
    const { timeoutMs } = this.#settings
    const signal = this.#breakOff.signal
    const posted = await postResult(result, { fetch, clock, timeoutMs, signal })
    this.#follow(this.#writeDown(result, posted))
  }

  async #writeDown(result: Leased, posted: PostedTry): Promise<void> {
    const { log, random } = this.#options
    const verdict = decideDelivery(posted, result.step, random, this.#settings.schedule)
    const { httpStatus, error, reply, durationMs } = posted
    const { callId, webhookId, try: number } = result
    const fields = { callId, webhookId, try: number, httpStatus, error, durationMs, ...verdict }
    try {
      const made = { httpStatus, error, reply, durationMs }
      await this.#record.add({ result, ...made, verdict, isAlive: isAlive(posted) })
      if (verdict.kind === 'undeliverable') log.warn('result given up', fields)
      else log.info('result posted', fields)
    } catch (thrown) {
      // Nothing is lost: the lease ends and the result is posted once more.
      log.error('a try was not recorded', { callId, error: errorMessage(thrown) })
    }
  }

  async #giveBack(results: readonly Leased[]): Promise<void> {
    if (results.length === 0) return
    const { db, log } = this.#options
    try {
      await giveBackResults(db, results)
    } catch (thrown) {
      log.warn('results not given back', { error: errorMessage(thrown) })
    }
  }
}
