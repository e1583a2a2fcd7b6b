/** The callee's side of RFC 3262 §3: provisional responses sent until a PRACK confirms them, one by one. */
import { type Clock, type Random, randomUint32, type Timer } from '#base'
import type { HeaderLine } from './header-fields.ts'
import type { SipResponse } from './message.ts'
import type { SipTimers } from './transactions/timers.ts'

export interface ProgressSenderOptions {
  readonly clock: Clock
  readonly random: Random
  readonly timers: SipTimers
  readonly send: (response: SipResponse) => void
  /** No PRACK came for 64*T1: the call is to be refused. */
  readonly onTimeout: () => void
}

type Create = (headers: readonly HeaderLine[]) => SipResponse

export class ProgressSender {
  readonly #options: ProgressSenderOptions
  readonly #waiting: Create[] = []
  #rseq: number
  #timers: Timer[] = []
  #outstanding = false
  /** Set while something waits for its PRACK. */
  #busy: PromiseWithResolvers<void> | undefined

  constructor(options: ProgressSenderOptions) {
    this.#options = options
    // §3: any start that leaves room to count.
    this.#rseq = randomUint32(options.random) % 2 ** 30
  }

  /** Resolves when nothing waits for a PRACK, or never will. */
  get settled(): Promise<void> {
    return this.#busy?.promise ?? Promise.resolve()
  }

  /** Sends it now, or once the ones before it are confirmed. `create` is given Require and RSeq. */
  send(create: Create): void {
    this.#waiting.push(create)
    if (!this.#outstanding) this.#next()
  }

  /** True where the PRACK confirms what is outstanding. */
  acknowledge(rseq: number): boolean {
    if (!this.#outstanding || rseq !== this.#rseq) return false
    this.#clear()
    this.#next()
    return true
  }

  stop(): void {
    this.#waiting.length = 0
    this.#clear()
    this.#rest()
  }

  #next(): void {
    const create = this.#waiting.shift()
    if (create === undefined) return this.#rest()
    this.#busy ??= Promise.withResolvers<void>()
    this.#outstanding = true
    this.#rseq++
    const response = create([
      ['Require', '100rel'],
      ['RSeq', String(this.#rseq)],
    ])
    const { clock, timers, send, onTimeout } = this.#options
    const repeatAfter = (intervalMs: number): void => {
      this.#timers[0] = clock.setTimer(intervalMs, () => {
        send(response)
        repeatAfter(intervalMs * 2)
      })
    }
    repeatAfter(timers.t1Ms)
    this.#timers[1] = clock.setTimer(64 * timers.t1Ms, () => {
      this.stop()
      onTimeout()
    })
    send(response)
  }

  #rest(): void {
    this.#busy?.resolve()
    this.#busy = undefined
  }

  #clear(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers = []
    this.#outstanding = false
  }
}
