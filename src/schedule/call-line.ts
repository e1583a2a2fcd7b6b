import { type Clock, sleep } from '#base'
import type { CallsContext, changeTrunk, Limits } from '#calls'
import { type ClaimedCall, LATEST_START_MS, type Trunk } from '#model'
import type { StoreClock } from './store-clock.ts'

export interface CallLineOptions {
  readonly calls: CallsContext
  readonly clock: Clock
  readonly storeClock: StoreClock
  readonly claim: ClaimedCall
  /** `changeTrunk`, or what stands for it. */
  readonly take: typeof changeTrunk
  /** Of all nodes together. */
  readonly limits: Limits
  /** The trunks that can take a call now, the preferred one first. */
  readonly order: () => readonly Trunk[]
  /** How long it takes to bring an INVITE on its way. */
  readonly leadMs: () => number
  /** Whether this process may dial. */
  readonly mayDial: () => boolean
  /** The first INVITE is ready to leave. */
  readonly onReady: () => void
  /** An INVITE may leave now, so long after its time. */
  readonly onTurn: (lateMs: number) => void
  /** Waits no longer. */
  readonly signal: AbortSignal
}

/** The way out that a call was given: a trunk, and the time at which its INVITE may leave. */
export class CallLine {
  readonly #options: CallLineOptions
  readonly #tried = new Set<string>()
  #trunk: Trunk
  #startMs: number

  /** `startMs`: monotonic. */
  constructor(trunk: Trunk, startMs: number, options: CallLineOptions) {
    this.#options = options
    this.#trunk = trunk
    this.#startMs = startMs
  }

  /** The one that it is on now. */
  get trunk(): Trunk {
    return this.#trunk
  }

  /**
   * Resolves when the INVITE may leave: true; or at once where it must not any more: false. A call that
   * has missed its time, on a busy machine, is given another.
   */
  async turn(): Promise<boolean> {
    const { clock, signal, mayDial, onReady, onTurn } = this.#options
    if (this.#tried.size === 0) onReady()
    for (;;) {
      const leftMs = this.#startMs - clock.monotonic()
      if (leftMs > 0) await sleep(clock, leftMs, signal)
      if (!mayDial()) return false
      const lateMs = clock.monotonic() - this.#startMs
      if (lateMs <= LATEST_START_MS) {
        onTurn(lateMs)
        return true
      }
      if (signal.aborted || !(await this.#take([this.#trunk]).catch(() => false))) return false
    }
  }

  /**
   * To a trunk that this call has not tried, with a turn of its own; false where none has room, or the
   * limits have no time for it. Rejects `store-…`.
   */
  async moveOn(): Promise<boolean> {
    this.#tried.add(this.#trunk.name)
    return this.#take(this.#options.order().filter(({ name }) => !this.#tried.has(name)))
  }

  /** A line on one of these, and a time. */
  async #take(trunks: readonly Trunk[]): Promise<boolean> {
    const { calls, clock, storeClock, claim, take, limits, leadMs } = this.#options
    const byName = new Map(trunks.map((trunk) => [trunk.name, trunk]))
    if (byName.size === 0) return false
    const change = { installation: limits, trunks: byName, leadMs: leadMs() }
    const changed = await take(calls, claim, change)
    const trunk = changed && byName.get(changed.trunk)
    if (changed === undefined || trunk === undefined) return false
    storeClock.note(changed.time)
    this.#trunk = trunk
    this.#startMs = clock.monotonic() + storeClock.msUntil(changed.startAt)
    return true
  }
}
