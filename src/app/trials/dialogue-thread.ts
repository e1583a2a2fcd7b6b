import { Worker } from 'node:worker_threads'
import { assert, type Clock, errorMessage, OutdialError, type Timer } from '#base'
import type { FetchFailure } from '#vxml'
import type { Fetch, FromThread, ThreadSetup, ToThread } from './thread-messages.ts'

export interface DialogueThreadOptions {
  readonly module: URL
  readonly clock: Clock
  readonly fetch: Fetch
}

const TICK_MS = 250
/** A thread is ended that does not come back to its event loop for so long, be it for a built-in of a script. */
const HANGING_TICKS = 20
/** An answer may wait for slow servers, and does not take longer. */
const ANSWER_MS = 60_000
const MEGABYTES = 128

/**
 * A thread of its own for documents of somebody else: whatever they and their scripts do, it is this thread that
 * is busy, full or lost, and it is ended where it does not come back.
 */
export class DialogueThread<Question, Answer> {
  readonly #clock: Clock
  readonly #worker: Worker
  readonly #pulse = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  #asked: PromiseWithResolvers<Answer> | undefined
  #lost: OutdialError | undefined
  #watch: Timer | undefined

  constructor({ module, clock, fetch }: DialogueThreadOptions) {
    this.#clock = clock
    const workerData: ThreadSetup = { pulse: this.#pulse }
    this.#worker = new Worker(module, {
      workerData,
      env: {},
      // Deep scripts then meet the engine's own limit, and not the thread's.
      resourceLimits: { maxOldGenerationSizeMb: MEGABYTES, stackSizeMb: 16 },
    })
    this.#worker.on('message', (message: FromThread<Answer>) => this.#take(message, fetch))
    this.#worker.on('error', (error) => this.#lose(`Its thread has failed: ${errorMessage(error)}`))
    this.#worker.on('exit', () => this.#lose('Its thread has ended.'))
  }

  get isBusy(): boolean {
    return this.#asked !== undefined
  }

  /**
   * One question at a time.
   *
   * @throws OutdialError `dialogue-stopped`: the thread failed, hung, or took too long, and is gone
   */
  async ask(question: Question): Promise<Answer> {
    if (this.#lost !== undefined) throw this.#lost
    assert(!this.isBusy, 'a thread is asked one thing at a time')
    const asked = Promise.withResolvers<Answer>()
    this.#asked = asked
    this.#post({ type: 'ask', question })
    this.#watchFrom(this.#clock.monotonic(), { pulse: this.#beats(), ticks: 0 })
    try {
      return await asked.promise
    } finally {
      this.#watch?.cancel()
      this.#asked = undefined
    }
  }

  /** Twice-safe. */
  async end(): Promise<void> {
    this.#lose('It was ended.')
    await this.#worker.terminate()
  }

  /** Ticks are counted, and not time: a machine that stood still is held against nobody. */
  #watchFrom(begunMs: number, seen: { readonly pulse: number; readonly ticks: number }): void {
    this.#watch = this.#clock.setTimer(TICK_MS, () => {
      const pulse = this.#beats()
      // Before its first beat it is being loaded.
      const ticks = pulse !== 0 && pulse === seen.pulse ? seen.ticks + 1 : 0
      if (ticks >= HANGING_TICKS) {
        return this.#stop(`A script has not come back for ${(ticks * TICK_MS) / 1000} s.`)
      }
      if (this.#clock.monotonic() - begunMs > ANSWER_MS) {
        return this.#stop(`It has not come to a point to wait at in ${ANSWER_MS / 1000} s.`)
      }
      this.#watchFrom(begunMs, { pulse, ticks })
    })
  }

  #beats(): number {
    return Atomics.load(this.#pulse, 0)
  }

  #stop(why: string): void {
    this.#lose(why)
    void this.#worker.terminate()
  }

  #lose(why: string): void {
    this.#lost ??= new OutdialError('dialogue-stopped', `The dialogue was stopped. ${why}`)
    this.#asked?.reject(this.#lost)
  }

  #post(message: ToThread<Question>): void {
    this.#worker.postMessage(message)
  }

  #take(message: FromThread<Answer>, fetch: Fetch): void {
    if (message.type === 'answer') return this.#asked?.resolve(message.answer)
    if (message.type === 'failed') {
      return this.#asked?.reject(new OutdialError('dialogue-stopped', message.message))
    }
    const { request, what } = message
    fetch(what).then(
      (response) => this.#post({ type: 'fetched', request, response }),
      ({ reason = 'network', message: sentence }: FetchFailure) =>
        this.#post({ type: 'fetch-failed', request, failure: { reason, message: sentence } }),
    )
  }
}
