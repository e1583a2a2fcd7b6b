import type { CheckAnswer } from '#api'
import { type Clock, OutdialError, type Service, siblingModule, type Timer } from '#base'
import { DialogueThread } from './dialogue-thread.ts'
import type { NamedDocument } from './given-document.ts'
import type { Fetch } from './thread-messages.ts'

export interface DocumentCheckerOptions {
  readonly clock: Clock
  /** Guarded: a document may name any address. */
  readonly fetch: Fetch
}

/** Of all accounts. */
const MOST_WAITING = 5
/** Until then the thread is kept, with the schemas that it has read. */
const IDLE_MS = 5 * 60_000

/** Checks documents, one after the other, in a thread that is there as long as it is used. */
export class DocumentChecker implements Service {
  readonly #options: DocumentCheckerOptions
  #thread: DialogueThread<NamedDocument, CheckAnswer> | undefined
  #idle: Timer | undefined
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(options: DocumentCheckerOptions) {
    this.#options = options
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#idle?.cancel()
    await this.#thread?.end()
  }

  /** @throws OutdialError `overloaded` (temporary), `dialogue-stopped` */
  async check(document: NamedDocument): Promise<CheckAnswer> {
    if (this.#waiting >= MOST_WAITING) {
      const sentence = 'Other documents are being checked; send it again in a moment.'
      throw new OutdialError('overloaded', sentence, { temporary: true })
    }
    this.#waiting += 1
    const checked = this.#last.then(() => this.#ask(document))
    this.#last = checked.catch(() => undefined)
    try {
      return await checked
    } finally {
      this.#waiting -= 1
    }
  }

  async #ask(document: NamedDocument): Promise<CheckAnswer> {
    this.#idle?.cancel()
    const { clock, fetch } = this.#options
    const module = siblingModule(import.meta.url, 'check-worker')
    const thread = this.#thread ?? new DialogueThread({ module, clock, fetch })
    this.#thread = thread
    try {
      const answer = await thread.ask(document)
      this.#idle = clock.setTimer(IDLE_MS, () => this.#leave(thread))
      return answer
    } catch (error) {
      // What it was at may be what ended it.
      this.#leave(thread)
      throw error
    }
  }

  #leave(thread: DialogueThread<NamedDocument, CheckAnswer>): void {
    if (this.#thread === thread) this.#thread = undefined
    void thread.end()
  }
}
