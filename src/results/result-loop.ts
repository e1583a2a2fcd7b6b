import {
  type Clock,
  errorMessage,
  type GuardedFetch,
  type Logger,
  LookLoop,
  type Random,
  randomHex,
  type Service,
  sleep,
  traceStop,
  type WriteGroup,
} from '#base'
import {
  type ClaimedResult,
  claimDueResults,
  type Database,
  holdResults,
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
   * What a node has claimed is due again when nothing was heard of it for so long: it has died. Every look
   * renews it; where none succeeded for so long that a post might outlast it, none is begun.
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

interface Held extends ClaimedResult {
  /** Until when, on the monotonic clock, where what came of it could not be written down. */
  untilMs?: number
}

/**
 * Empties the outbox. Wakes when a result is stored, when a destination's claimed results run out, and
 * once a second for retries that fell due. A result is claimed by a row that says what this node has in hand,
 * posted, and only then marked: a crash in between posts it again, with the same id and the same bytes.
 */
export class ResultLoop implements Service {
  readonly #options: ResultLoopOptions
  readonly #settings: ResultSettings
  readonly #lanes: DestinationLanes<Held>
  readonly #record: WriteGroup<ResultTry, undefined>
  readonly #claimant: string
  /** Claimed, and what came of it is not written down. */
  readonly #held = new Set<Held>()
  #leasedMs = 0
  /** Posts, and writing down what came of them. */
  #underWay = 0
  #idle: PromiseWithResolvers<void> | undefined
  readonly #breakOff = new AbortController()
  #unlisten: (() => void) | undefined
  readonly #looks: LookLoop
  #stopping = false

  constructor(options: ResultLoopOptions) {
    this.#options = options
    this.#claimant = randomHex(options.random, 16)
    this.#settings = { ...DEFAULTS, ...options.settings }
    const { concurrency: total, concurrencyPerDestination: perDestination } = this.#settings
    this.#lanes = new DestinationLanes({ total, perDestination })
    this.#record = recordGroup(options.db, this.#settings.rest, options.clock)
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
    for (const result of this.#lanes.clear()) this.#held.delete(result)
    await this.#letGo([...this.#held])
    const drained = new AbortController()
    const breakOffLater = sleep(this.#options.clock, this.#settings.drainMs, drained.signal).then(
      () => this.#breakOff.abort(),
    )
    this.#idle ??= Promise.withResolvers<void>()
    if (this.#underWay > 0) await this.#idle.promise
    drained.abort()
    await breakOffLater
    await this.#letGo([])
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
      // The first claim renews the lease as well.
      if (limit === 0 && claimed > 0) return claimed
      const askedMs = clock.monotonic()
      const held = this.#stillHeld(askedMs)
      const claimant = this.#claimant
      const due: Held[] = await claimDueResults(db, { ...room, leaseSeconds, claimant, held })
      this.#leasedMs = askedMs
      for (const result of due) {
        if (isResult(result)) traceStop('results/result-loop', result.callId)
        this.#held.add(result)
      }
      this.#lanes.add(due, room)
      this.#startPosts()
      claimed += due.length
      // Of so few destinations everything was claimed that may be.
      const destinations = new Set(due.map(({ accountId, destination }) => accountId + destination))
      if (due.length === 0 || destinations.size * room.room <= limit) return claimed
    }
  }

  #stillHeld(nowMs: number): Held[] {
    for (const result of this.#held) {
      if (result.untilMs !== undefined && result.untilMs <= nowMs) this.#held.delete(result)
    }
    return [...this.#held]
  }

  /** Starts all posts that may start. */
  #startPosts(): void {
    const { leaseSeconds, timeoutMs } = this.#settings
    const freshMs = leaseSeconds * 1000 * (1 - RECORDING_SHARE) - timeoutMs
    for (let next = this.#lanes.take(); next !== undefined; next = this.#lanes.take()) {
      const startedMs = this.#options.clock.monotonic()
      if (startedMs - this.#leasedMs <= freshMs) {
        this.#underWay++
        void this.#post(next, startedMs)
      } else {
        this.#held.delete(next)
        this.#lanes.done(next, 0)
      }
    }
  }

  /** What came of it is written down while the next one is posted. Never rejects. */
  async #post(result: Held, startedMs: number): Promise<void> {
    const { fetch, clock } = this.#options
    const { timeoutMs } = this.#settings
    const signal = this.#breakOff.signal
    const posted = await postResult(result, { fetch, clock, timeoutMs, signal })
    const isTime = this.#lanes.done(result, clock.monotonic() - startedMs)
    if (!this.#stopping) {
      this.#startPosts()
      if (isTime) this.wake()
    }
    await this.#writeDown(result, posted)
    if (--this.#underWay === 0) this.#idle?.resolve()
  }

  async #writeDown(result: Held, posted: PostedTry): Promise<void> {
    const { log, random, clock } = this.#options
    const verdict = decideDelivery(posted, result.step, random, this.#settings.schedule)
    const { httpStatus, error, reply, durationMs } = posted
    const { callId, webhookId, try: number } = result
    const fields = { callId, webhookId, try: number, httpStatus, error, durationMs, ...verdict }
    try {
      const made = { httpStatus, error, reply, durationMs }
      await this.#record.add({ result, ...made, verdict, isAlive: isAlive(posted) })
      this.#held.delete(result)
      if (verdict.kind === 'undeliverable') log.warn('result given up', fields)
      else log.info('result posted', fields)
    } catch (thrown) {
      // Nothing is lost: it is posted once more, when what is in the way has had some time to go.
      result.untilMs = clock.monotonic() + this.#settings.leaseSeconds * 1000
      log.error('a try was not recorded', { callId, error: errorMessage(thrown) })
    }
  }

  /** Of all that it has claimed but these. */
  async #letGo(held: readonly Held[]): Promise<void> {
    const { db, log } = this.#options
    try {
      await holdResults(db, { claimant: this.#claimant, held })
    } catch (thrown) {
      log.warn('results not given back', { error: errorMessage(thrown) })
    }
  }
}
