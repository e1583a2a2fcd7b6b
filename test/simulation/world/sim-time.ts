import { type Clock, type Timer, VirtualClock } from '#base'

/**
 * The time of a simulated world. It moves from timer to timer, and only when nothing real (a statement
 * that PostgreSQL is at work on) is under way, so that a run is the same each time.
 */
export class SimTime {
  readonly clock = new VirtualClock(START_MS)
  readonly #real = new Set<Promise<unknown>>()

  /** What really happens meanwhile holds up the time. */
  real<Result>(work: Promise<Result>): Promise<Result> {
    this.#real.add(work)
    const done = (): void => void this.#real.delete(work)
    work.then(done, done)
    return work
  }

  /** Milliseconds since the start. */
  get nowMs(): number {
    return this.clock.monotonic()
  }

  /** Moves on until `isOver` says so, or `untilMs`. */
  async run(untilMs: number, isOver: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.settle()
      const next = this.clock.nextTimerMs
      if (isOver()) return
      if (next === undefined || next > untilMs) break
      this.clock.fireNext()
    }
    await this.clock.advance(Math.max(0, untilMs - this.nowMs))
    await this.settle()
  }

  /** Until all that can happen now has happened. */
  async settle(): Promise<void> {
    await turn()
    while (this.#real.size > 0) {
      await Promise.race(this.#real).catch(() => {})
      await turn()
    }
  }
}

/** A Friday noon in New York, two days before its clocks are put forward. */
export const START_MS = Date.parse('2027-03-12T17:00:00Z')

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * The clocks of one simulated process. A killed process's timers never fire; those of a stopped one
 * (SIGSTOP) fire when it goes on, however late. Its wall clock may be wrong; its monotonic clock is not.
 */
export class ProcessClock implements Clock {
  readonly #world: Clock
  #state: 'running' | 'stopped' | 'killed' = 'running'
  #waiting: (() => void)[] = []
  /** What its wall clock is ahead of the world's. */
  wallOffsetMs = 0

  constructor(world: Clock) {
    this.#world = world
  }

  now(): number {
    return this.#world.now() + this.wallOffsetMs
  }

  monotonic(): number {
    return this.#world.monotonic()
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    let canceled = false
    const timer = this.#world.setTimer(delayMs, () => this.when(() => canceled || fire()))
    return {
      cancel() {
        canceled = true
        timer.cancel()
      },
    }
  }

  /** Does `work` in this process: now, when it goes on, or never. */
  when(work: () => void): void {
    if (this.#state === 'running') work()
    else if (this.#state === 'stopped') this.#waiting.push(work)
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  kill(): void {
    this.#state = 'killed'
    this.#waiting = []
  }

  stop(): void {
    if (this.#state === 'running') this.#state = 'stopped'
  }

  resume(): void {
    if (this.#state !== 'stopped') return
    this.#state = 'running'
    // One after the other, with what follows from each, as an event loop would.
    for (const work of this.#waiting.splice(0)) this.#world.setTimer(0, () => this.when(work))
  }
}
