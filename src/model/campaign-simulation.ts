import { type Random, randomFraction } from '#base'
import { allocateStarts, LOOK_AHEAD_MS, type StartScope } from './allocate-starts.ts'
import { DailyTally, type TalliedCaps } from './daily-tally.ts'
import { decideRetry, isTrunkFailure, type RetryDecision } from './decide-retry.ts'
import type { Callee, DispatchRuling } from './dispatch-ruling.ts'
import { type DispatchRule, decideDispatch } from './dispatch-verdict.ts'
import type { NumberAttempt } from './number-limits.ts'
import { type NumberOrigin, numberOrigin } from './number-origin.ts'
import type { Outcome } from './outcome.ts'
import { attemptDrawer, type DrawnAttempt, type OutcomeRates } from './outcome-rates.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { TimeHeap } from './time-heap.ts'
import { type TrialOutcome, TrialRecord } from './trial-record.ts'

/** A call of the campaign that is tried out. */
export interface SimulatedCall {
  readonly destination: string
  readonly timeZone?: string | undefined
  readonly dueAt: Date
  readonly expiresAt?: Date | undefined
  /** Why its number is on the do-not-call list; absent: it is not. */
  readonly forbidden?: string | undefined
}

/** A limit of lines and of starts per second; absent: none. */
export interface SimulatedLimits {
  readonly lines?: number | undefined
  readonly callsPerSecond?: number | undefined
}

export interface CampaignTrial {
  readonly calls: readonly SimulatedCall[]
  /** Earlier attempts, by number. */
  readonly histories: ReadonlyMap<string, readonly NumberAttempt[]>
  readonly from: Date
  readonly ruling: DispatchRuling
  /** What the account may use in a day. */
  readonly daily: TalliedCaps
  readonly retryPolicy: RetryPolicy
  readonly maxRetries: number
  readonly retryIntervalSeconds: number
  readonly serializesNumbers: boolean
  readonly installation: SimulatedLimits
  readonly account: SimulatedLimits
  readonly campaign: SimulatedLimits
  /** By name, the preferred one first. */
  readonly trunks: ReadonlyMap<string, SimulatedLimits>
  readonly rates: OutcomeRates
  readonly random: Random
}

/** A trial is given up after so long: what still waits then waits for something that does not come. */
const LONGEST_MS = 60 * 86_400_000
/** Claims come no closer together, and take no more calls at once. */
const STEP_MS = 20
const MOST_OF_A_CLAIM = 200

/** A call and what has become of it so far. */
interface Progress {
  readonly call: SimulatedCall
  attempts: number
  trunkFailures: number
  readonly putOffBy: Set<DispatchRule>
  /** Of the number, once it was asked for. */
  origin?: NumberOrigin
}

interface RunningAttempt {
  readonly progress: Progress
  readonly drawn: DrawnAttempt
  readonly trunk: string
  readonly dialedAt: number
}

/**
 * Runs a campaign on a clock of its own, dialling nobody: who starts when is decided by the same
 * functions as for real calls (`allocateStarts`, the rules of dispatch, `decideRetry`); how attempts
 * end is drawn by the rates. As if nothing else were dialled meanwhile. The same seed, the same outcome.
 */
export class CampaignSimulation {
  readonly #trial: CampaignTrial
  readonly #draw: () => DrawnAttempt
  /** Queued calls, by the time when they are due. */
  readonly #queue = new TimeHeap<Progress>()
  /** Attempts, by the time when they end. */
  readonly #running = new TimeHeap<RunningAttempt>()
  /** Numbers that are being called. */
  readonly #busy = new Set<string>()
  /** Further calls to them, in turn. */
  readonly #waiting = new Map<string, Progress[]>()
  readonly #histories: Map<string, NumberAttempt[]>
  readonly #linesOfTrunk = new Map<string, number>()
  #nextStartAt: ReadonlyMap<string, number> = new Map()
  readonly #record = new TrialRecord()
  readonly #tally: DailyTally
  #now: number
  #open: number

  constructor(trial: CampaignTrial) {
    this.#trial = trial
    this.#draw = attemptDrawer(trial.rates, trial.random)
    this.#histories = new Map([...trial.histories].map(([number, list]) => [number, [...list]]))
    this.#tally = new DailyTally(trial.daily, trial.from)
    this.#open = trial.calls.length
    this.#now = trial.from.getTime()
    for (const call of trial.calls) {
      const progress = { call, attempts: 0, trunkFailures: 0, putOffBy: new Set<DispatchRule>() }
      this.#queue.add(call.dueAt.getTime(), progress)
    }
  }

  /** Goes on for so many claims, and so for milliseconds. True: it has come to its end. */
  advance(claims: number): boolean {
    const end = this.#trial.from.getTime() + LONGEST_MS
    for (let claim = 0; claim < claims; claim++) {
      if (this.#open === 0 || this.#now > end) return true
      this.#endAttempts(this.#now)
      const next = this.#startCalls(this.#now)
      if (next === Infinity) return true
      this.#now = Math.max(this.#now + STEP_MS, next)
    }
    return false
  }

  /** What has happened so far. */
  outcome(): TrialOutcome {
    return this.#record.outcome(this.#open)
  }

  #endAttempts(now: number): void {
    for (;;) {
      const endedAt = this.#running.nextAt
      const attempt = this.#running.take(now)
      if (attempt === undefined || endedAt === undefined) return
      this.#endAttempt(attempt, endedAt)
    }
  }

  #endAttempt({ progress, drawn, trunk, dialedAt }: RunningAttempt, endedAt: number): void {
    const { call } = progress
    this.#linesOfTrunk.set(trunk, (this.#linesOfTrunk.get(trunk) ?? 1) - 1)
    if (drawn.answered) {
      this.#tally.countTalk(new Date(endedAt), drawn.seconds - this.#trial.rates.ringSeconds)
    }
    if (this.#trial.ruling.looksBack) this.#remember(call.destination, dialedAt, endedAt)
    if (isTrunkFailure(drawn.ending)) progress.trunkFailures++
    const decision = this.#decide(progress, drawn, endedAt)
    if (decision.kind === 'retry') {
      if (decision.pausedUntil !== undefined)
        this.#record.putOff(progress.putOffBy, 'calling-window')
      this.#queue.add(decision.dueAt.getTime(), progress)
    } else {
      this.#conclude(decision.kind === 'expired' ? 'expired' : drawn.ending.outcome, endedAt)
    }
    this.#busy.delete(call.destination)
    this.#letNextTry(call.destination, endedAt)
  }

  #decide(progress: Progress, { ending }: DrawnAttempt, endedAt: number): RetryDecision {
    const { retryPolicy, maxRetries, retryIntervalSeconds, random, ruling } = this.#trial
    return decideRetry({
      ending,
      attemptsMade: progress.attempts,
      trunkFailures: progress.trunkFailures,
      maxRetries,
      retryIntervalSeconds,
      endedAt: new Date(endedAt),
      expiresAt: progress.call.expiresAt,
      policy: retryPolicy,
      chance: randomFraction(random),
      nextOpening: (from) => ruling.nextOpening(this.#callee(progress), from),
    })
  }

  #callee(progress: Progress): Callee {
    const { destination, timeZone } = progress.call
    if (!this.#trial.ruling.asksWhere) return { destination }
    progress.origin ??= numberOrigin(destination)
    return { destination, timeZone, origin: progress.origin }
  }

  #remember(destination: string, dialedAt: number, endedAt: number): void {
    const history = this.#histories.get(destination) ?? []
    history.push({ dialedAt: new Date(dialedAt), endedAt: new Date(endedAt) })
    this.#histories.set(destination, history)
  }

  #conclude(outcome: Outcome, at: number): void {
    this.#open--
    this.#record.conclude(outcome, at)
  }

  /** As a claim does: first how many could start, then which, then when. Returns when to go on. */
  #startCalls(now: number): number {
    const due = this.#queue.countDue(now, MOST_OF_A_CLAIM)
    if (due === 0) return this.#nextMoment(now)
    const shares = this.#allocate(now, due)
    const calls = this.#takeDialable(now, shares.starts.length)
    const all = calls.length === shares.starts.length
    const { starts, nextStartAt } = all ? shares : this.#allocate(now, calls.length)
    this.#nextStartAt = new Map([...this.#nextStartAt, ...nextStartAt])
    for (const [index, { trunk, startAt }] of starts.entries()) {
      const progress = calls[index]
      if (progress !== undefined) this.#start(progress, trunk, startAt)
    }
    if (starts.length === MOST_OF_A_CLAIM) return now
    return this.#nextMoment(now, all ? shares.againAt : undefined)
  }

  #allocate(now: number, due: number): ReturnType<typeof allocateStarts> {
    const { installation, account, campaign, trunks } = this.#trial
    return allocateStarts({
      now,
      atMost: due,
      installation: this.#scope(installation, 'installation', this.#running.size),
      trunks: new Map(
        [...trunks].map(([name, limits]) => {
          const inUse = this.#linesOfTrunk.get(name) ?? 0
          return [name, this.#scope(limits, `trunk:${name}`, inUse)]
        }),
      ),
      accounts: new Map([[1, this.#scope(account, 'account:1', this.#running.size)]]),
      campaigns: new Map([[1, this.#scope(campaign, 'campaign:1', this.#running.size)]]),
      candidates: [
        { listId: 1, accountId: 1, campaignId: 1, kind: 'bulk', due, trunks: [...trunks.keys()] },
      ],
    })
  }

  #scope(limits: SimulatedLimits, name: string, inUse: number): StartScope {
    return { ...limits, inUse, nextStartAt: this.#nextStartAt.get(name) }
  }

  /** Due calls that the rules let be dialled, `count` at most; the others are put off or end. */
  #takeDialable(now: number, count: number): Progress[] {
    const dialable: Progress[] = []
    while (dialable.length < count) {
      const progress = this.#queue.take(now)
      if (progress === undefined) break
      if (this.#mayBeDialed(progress, now)) dialable.push(progress)
    }
    return dialable
  }

  #mayBeDialed(progress: Progress, now: number): boolean {
    const { call } = progress
    if (call.expiresAt !== undefined && call.expiresAt.getTime() <= now) {
      if (progress.attempts === 0) this.#record.suppress('expired')
      this.#conclude('expired', now)
      this.#letNextTry(call.destination, now)
      return false
    }
    if (this.#busy.has(call.destination) && this.#oneAtATime) {
      this.#record.putOff(progress.putOffBy, 'number-in-use')
      const waiting = this.#waiting.get(call.destination) ?? []
      waiting.push(progress)
      this.#waiting.set(call.destination, waiting)
      return false
    }
    const allowed = this.#isAllowed(progress, new Date(now))
    // Held and counted from here on, as it is by a claim.
    if (allowed) {
      this.#busy.add(call.destination)
      this.#tally.countAttempt(new Date(now))
    } else this.#letNextTry(call.destination, now)
    return allowed
  }

  get #oneAtATime(): boolean {
    return this.#trial.serializesNumbers || this.#trial.ruling.looksBack
  }

  #isAllowed(progress: Progress, now: Date): boolean {
    const { call, putOffBy } = progress
    const history = this.#histories.get(call.destination) ?? []
    const facts = { ...this.#callee(progress), forbidden: call.forbidden, history }
    const verdicts = [...this.#trial.ruling.verdicts(facts, now), ...this.#tally.verdicts(now)]
    const decision = decideDispatch(verdicts, now)
    if (decision.kind === 'dial') return true
    if (decision.kind === 'refuse') {
      this.#record.suppress(decision.rule)
      this.#conclude(decision.outcome, now.getTime())
      return false
    }
    const objections = verdicts.filter(({ allows }) => !allows)
    const endless = objections.find(({ notBefore }) => notBefore === undefined)
    if (endless !== undefined) {
      this.#open--
      this.#record.suppress(endless.rule)
      return false
    }
    for (const { rule } of objections) this.#record.putOff(putOffBy, rule)
    this.#queue.add(decision.notBefore.getTime(), progress)
    return false
  }

  /** The first of those that wait for a number is due again. */
  #letNextTry(destination: string, now: number): void {
    const next = this.#waiting.get(destination)?.shift()
    if (next !== undefined) this.#queue.add(now, next)
  }

  #start(progress: Progress, trunk: string, startAt: number): void {
    const drawn = this.#draw()
    progress.attempts++
    this.#linesOfTrunk.set(trunk, (this.#linesOfTrunk.get(trunk) ?? 0) + 1)
    const to = startAt + drawn.seconds * 1000
    this.#running.add(to, { progress, drawn, trunk, dialedAt: startAt })
    const lines = this.#running.size
    this.#record.attempt({ from: startAt, to, answered: drawn.answered, lines })
  }

  /** When something may change: an attempt ends, the next call falls due, or a rate gives the next time. */
  #nextMoment(now: number, againAt = Infinity): number {
    const ends = this.#running.nextAt ?? Infinity
    const due = this.#queue.nextAt ?? Infinity
    // What is due already waits for one of the other two.
    return Math.min(ends, againAt - LOOK_AHEAD_MS, due > now ? due : Infinity)
  }
}
