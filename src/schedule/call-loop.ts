import {
  type Clock,
  errorMessage,
  failPoint,
  type Logger,
  LookLoop,
  measure,
  type Service,
  sleep,
  traceStop,
} from '#base'
import {
  type CallsContext,
  changeTrunk,
  claimCalls,
  expireCalls,
  type Limits,
  type RecoveredAttempt,
  releaseLostCalls,
  type ScheduledCall,
  takeSecondLine,
} from '#calls'
import { type AttemptSignals, AttemptStop, type OutgoingLine, type StopReason } from '#dialer'
import { type CallCancel, type ClaimedCall, LATEST_START_MS, type Trunk } from '#model'
import { CALLS_DUE, CAMPAIGNS_CHANGED, type Database, DueCursors } from '#store'
import { CallLine, type CallLineOptions } from './call-line.ts'
import { LeadTime } from './lead-time.ts'
import { NodeLease } from './node-lease.ts'
import { StoreClock } from './store-clock.ts'

/** A due call is looked for at least so often, whatever wake-ups were lost. */
const POLL_MS = 1000
/** A call that is due in a moment: look again soon, but not at once. */
const SOONEST_MS = 5
/** So many calls at most are claimed at once. */
const MOST_CALLS = 200
/** The first call takes a process longer than all others. */
const FIRST_DIAL_MS = 30
/** A connection that broke may carry out what it was told long after its failure was noticed. */
const LOST_CALLS_EVERY_POLLS = 10

export interface CallLoopOptions {
  readonly db: Database
  readonly calls: CallsContext
  readonly nodeId: string
  /** A node that gives no sign of life for so long is taken for dead. */
  readonly nodeTimeoutMs: number
  /** Of all nodes together. */
  readonly limits: Limits
  readonly trunks: readonly Trunk[]
  /** The trunks that can take a call now, in the order in which they are tried; asked for every call. */
  readonly orderTrunks: (trunks: readonly Trunk[]) => readonly Trunk[]
  /** Runs one attempt to its end; never rejects. */
  readonly runAttempt: (
    claim: ClaimedCall,
    line: OutgoingLine,
    signals: AttemptSignals,
  ) => Promise<'ended' | 'not-begun'>
  /** Ends what another process left open; never rejects. */
  readonly recoverAttempt: (left: RecoveredAttempt) => Promise<void>
  /** An INVITE of a call of this account leaves. */
  readonly onStart?: (accountId: number) => void
  /** Another process has this node's name; everything has been hung up. */
  readonly onReplaced: () => void
  /** How long `stop` lets calls in progress go on before it hangs up. */
  readonly drainMs: number
  /** Stretches the pauses between looks that nothing asked for; default 1, longer in simulations. */
  readonly pollScale?: number
  readonly clock: Clock
  readonly log: Logger
}

interface RunningAttempt {
  readonly stop: AttemptStop
  readonly ended: Promise<void>
}

/**
 * Starts due calls as lines and pacing allow, each at the time that its claim was given. Wakes when a
 * call is queued, when one falls due, when a line is given back, and once a second for what was missed.
 * Expires what came too late, and puts back what an outage of the store left in nobody's hands.
 */
export class CallLoop implements Service {
  readonly #options: CallLoopOptions
  readonly #looks: LookLoop
  readonly #lease: NodeLease
  readonly #cursors: DueCursors
  readonly #storeClock: StoreClock
  /** From a claim's moment until its calls are handed out, and from there to the INVITE. */
  readonly #claimTime = new LeadTime(5)
  readonly #dialTime = new LeadTime(FIRST_DIAL_MS)
  readonly #trunks: ReadonlyMap<string, Trunk>
  readonly #pollMs: number
  /** By call id. */
  readonly #running = new Map<number, RunningAttempt>()
  #unlisten: (() => void)[] = []
  /** When to look next for calls that are ours on disk and in nobody's hands; monotonic. */
  #lostCallsDueMs = 0
  #expiryDueMs = 0
  #stopping = false

  constructor(options: CallLoopOptions) {
    this.#options = options
    const { calls, nodeId, clock, log, trunks, pollScale = 1 } = options
    this.#pollMs = POLL_MS * pollScale
    this.#trunks = new Map(trunks.map((trunk) => [trunk.name, trunk]))
    this.#cursors = new DueCursors(clock)
    this.#storeClock = new StoreClock(clock)
    this.#lease = new NodeLease({
      calls,
      nodeId,
      timeoutMs: options.nodeTimeoutMs,
      onRecovered: (attempts) => this.#recover(attempts),
      onLost: () => this.#endAll('stopping'),
      onReplaced: options.onReplaced,
      clock,
      log,
    })
    this.#looks = new LookLoop({
      clock,
      look: () => this.runOnce(),
      failed: (error) => {
        this.#lostCallsDueMs = 0
        log.error('looking for due calls failed', { error: errorMessage(error) })
      },
      retryMs: POLL_MS,
    })
  }

  /** Attempts in progress. */
  get running(): number {
    return this.#running.size
  }

  async start(): Promise<void> {
    await this.#lease.start()
    const { db } = this.#options
    this.#unlisten = [
      db.listen(CALLS_DUE, () => this.wake()),
      // What had a line when its campaign was held is back at its place in the queue.
      db.listen(CAMPAIGNS_CHANGED, () => this.#cursors.forget()),
    ]
    this.wake()
  }

  /** No new calls; those in progress may go on for `drainMs`, then they are hung up. Twice-safe. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const unlisten of this.#unlisten) unlisten()
    await this.#looks.stop()
    const drained = new AbortController()
    const hangUpLater = sleep(this.#options.clock, this.#options.drainMs, drained.signal).then(() =>
      this.#hangUpAll('stopping'),
    )
    await this.#allEnded()
    drained.abort()
    await hangUpLater
    await this.#releaseLost().catch(() => {
      // the next start does it
    })
    await this.#lease.stop()
  }

  /** Ends the attempt of a call that is in progress here; of another, nothing happens. */
  cancel(callId: number, what: CallCancel): void {
    this.#running.get(callId)?.stop.stop('canceled', what)
  }

  /** A second way out for a call in progress, and its time; undefined where there is none. */
  async takeSecondLine(claim: ClaimedCall, signal: AbortSignal): Promise<CallLine | undefined> {
    const { calls, clock, limits } = this.#options
    const leadMs = this.#leadMs()
    const trunks = new Map(
      this.#options.orderTrunks(this.#options.trunks).map((one) => [one.name, one]),
    )
    if (!this.#lease.holds || trunks.size === 0) return undefined
    const given = await takeSecondLine(calls, claim, { installation: limits, trunks, leadMs })
    const trunk = given && trunks.get(given.trunk)
    if (given === undefined || trunk === undefined) return undefined
    this.#storeClock.note(given.time)
    const startMs = clock.monotonic() + this.#storeClock.msUntil(given.startAt)
    return this.#lineOf(claim, { trunk, startMs, signal, take: takeSecondLine, onTurn: () => {} })
  }

  /** Looks for due calls now, or once more after the look that is under way. */
  wake(): void {
    this.#looks.wake()
  }

  /** One look: expires, claims as many calls as may start, starts them. Returns when to look again. */
  async runOnce(): Promise<number> {
    const { calls, clock } = this.#options
    if (clock.monotonic() >= this.#expiryDueMs) {
      await expireCalls(calls)
      this.#expiryDueMs = clock.monotonic() + this.#pollMs
    }
    if (clock.monotonic() >= this.#lostCallsDueMs) await this.#releaseLost()
    const usable = this.#order()
    if (!this.#lease.holds || usable.length === 0) return this.#pollMs
    traceStop('schedule/call-loop')
    const { nodeId, limits } = this.#options
    const claimed = await claimCalls(calls, {
      node: { nodeId, incarnation: this.#lease.incarnation },
      installation: limits,
      trunks: this.#trunks,
      trunksFor: () => this.#order(),
      atMost: MOST_CALLS,
      leadMs: this.#leadMs(),
      cursors: this.#cursors,
    })
    this.#storeClock.note(claimed.time)
    if (claimed.calls.length > 0) {
      failPoint('c-claimed')
      this.#claimTime.note(clock.monotonic() - claimed.time.receivedMs)
    }
    for (const call of claimed.calls) this.#launch(call)
    if (claimed.more) return 0
    const { againAt } = claimed
    if (againAt === undefined) return this.#pollMs
    return Math.min(this.#pollMs, Math.max(SOONEST_MS, this.#storeClock.msUntil(againAt)))
  }

  /** A start may be a little late: where all goes quickly, nothing waits for its time. */
  #leadMs(): number {
    return Math.max(0, this.#claimTime.ms + this.#dialTime.ms - LATEST_START_MS / 2)
  }

  #order(): string[] {
    return this.#options.orderTrunks(this.#options.trunks).map(({ name }) => name)
  }

  #launch({ claim, dueAt, trunk: name, startAt }: ScheduledCall): void {
    const { clock } = this.#options
    const trunk = this.#trunks.get(name)
    if (this.#stopping || trunk === undefined) {
      this.#lostCallsDueMs = 0
      return
    }
    const startMs = clock.monotonic() + this.#storeClock.msUntil(startAt)
    const stop = new AttemptStop()
    this.#hold(claim.callId, stop, this.#attempt(claim, { trunk, dueAt, startMs, stop }))
  }

  /** Sets out just so early that the INVITE is ready in time. */
  async #attempt(
    claim: ClaimedCall,
    given: { trunk: Trunk; dueAt: Date; startMs: number; stop: AttemptStop },
  ): Promise<void> {
    const { trunk, dueAt, startMs, stop } = given
    const { runAttempt } = this.#options
    await this.#until(startMs - this.#dialTime.ms, stop)
    const signal = stop.unanswered
    const onTurn = (lateMs: number): void => {
      const delayMs = -this.#storeClock.msUntil(dueAt.getTime())
      measure('attempt-started', { trunk: line.trunk.name, delayMs, lateMs })
      this.#options.onStart?.(claim.accountId)
    }
    const line = this.#lineOf(claim, { trunk, startMs, signal, take: changeTrunk, onTurn })
    const end = await runAttempt(claim, line, stop)
    if (end === 'not-begun') this.#lostCallsDueMs = 0
  }

  #lineOf(
    claim: ClaimedCall,
    given: Pick<CallLineOptions, 'signal' | 'take' | 'onTurn'> & { trunk: Trunk; startMs: number },
  ): CallLine {
    const { clock, calls, limits } = this.#options
    const { trunk, startMs, signal, take, onTurn } = given
    const beganMs = clock.monotonic()
    return new CallLine(trunk, startMs, {
      ...{ calls, clock, claim, limits, signal, take, onTurn, storeClock: this.#storeClock },
      order: () => this.#options.orderTrunks(this.#options.trunks),
      leadMs: () => this.#leadMs(),
      mayDial: () => !this.#stopping && this.#lease.holds,
      onReady: () => this.#dialTime.note(clock.monotonic() - beganMs),
    })
  }

  async #until(atMs: number, { unanswered }: AttemptStop): Promise<void> {
    const { clock } = this.#options
    const leftMs = atMs - clock.monotonic()
    if (leftMs > 0) await sleep(clock, leftMs, unanswered)
  }

  #recover(attempts: readonly RecoveredAttempt[]): void {
    for (const left of attempts) {
      const { callId } = left.attempt.claim
      this.#hold(callId, new AttemptStop(), this.#options.recoverAttempt(left))
    }
  }

  /** In hand until it has ended. */
  #hold(callId: number, stop: AttemptStop, work: Promise<void>): void {
    const ended = work.then(() => {
      if (this.#running.get(callId)?.stop === stop) this.#running.delete(callId)
      this.wake()
    })
    this.#running.set(callId, { stop, ended })
  }

  async #endAll(reason: StopReason): Promise<void> {
    this.#hangUpAll(reason)
    await this.#allEnded()
  }

  #hangUpAll(reason: StopReason): void {
    for (const { stop } of this.#running.values()) stop.stop(reason, 'connected')
  }

  async #allEnded(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.all([...this.#running.values()].map(({ ended }) => ended))
    }
  }

  /** Only between looks: what a claim under way may yet return is in nobody's hands either. */
  async #releaseLost(): Promise<void> {
    const { calls, nodeId, clock, log } = this.#options
    const { incarnation } = this.#lease
    const inHand = [...this.#running.keys()]
    const { released, left } = await releaseLostCalls(calls, { nodeId, incarnation, inHand })
    this.#lostCallsDueMs = clock.monotonic() + LOST_CALLS_EVERY_POLLS * this.#pollMs
    this.#recover(left)
    if (released === 0) return
    this.#cursors.forget()
    log.warn('calls that were in nobody’s hands are queued again', { released })
  }
}
