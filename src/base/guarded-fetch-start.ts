import type { Agent, Dispatcher } from 'undici'
import type { Clock, Timer } from './clock.ts'
import { OutdialError } from './error.ts'
import { UNREAD_BODY_BYTES } from './guarded-fetch-body.ts'

/** Of a body that is not waited for. */
const BODY_MS = 1_000

export interface AnswerStart {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  /** How it begins, as it came. */
  readonly body: Uint8Array
}

export interface StartLimits {
  readonly clock: Clock
  /** Until status and headers are in. */
  readonly timeoutMs: number
  /** Of the body; the rest is thrown away. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends one request and resolves with its answer's status and headers, and with what comes of its body within a
 * second. With no stream, no promise and no signal of its own, since results are posted by the ten thousand.
 * Rejects with undici's errors, and with `fetch-timeout` and `fetch-failed`.
 */
export function fetchStart(
  agent: Agent,
  request: Dispatcher.DispatchOptions,
  limits: StartLimits,
): Promise<AnswerStart> {
  return new Promise((resolve, reject) => {
    const answer = new Answer(limits, resolve, reject)
    if (!answer.isOver) {
      agent.dispatch({ ...request, headersTimeout: 0, bodyTimeout: 0 }, answer)
    }
  })
}

class Answer implements Dispatcher.DispatchHandler {
  readonly #limits: StartLimits
  readonly #resolve: (start: AnswerStart) => void
  readonly #reject: (error: unknown) => void
  readonly #chunks: Buffer[] = []
  readonly #cancel = (): void =>
    this.#fail(new OutdialError('fetch-failed', 'The request was canceled.', { temporary: true }))
  #timer: Timer
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: AnswerStart['headers'] = {}
  #readBytes = 0
  #hasEnded = false
  /** Whoever asked has been told. */
  isOver = false

  constructor(
    limits: StartLimits,
    resolve: (start: AnswerStart) => void,
    reject: (error: unknown) => void,
  ) {
    this.#limits = limits
    this.#resolve = resolve
    this.#reject = reject
    const { clock, timeoutMs, signal } = limits
    this.#timer = clock.setTimer(timeoutMs, () => {
      const message = `No full answer in ${timeoutMs} ms.`
      this.#fail(new OutdialError('fetch-timeout', message, { temporary: true }))
    })
    if (signal?.aborted) this.#cancel()
    else signal?.addEventListener('abort', this.#cancel)
  }

  /** undici keeps a request that was given up while it connects: it is ended when it would be sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.isOver) controller.abort(new Error('given up'))
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: AnswerStart['headers'],
  ): void {
    if (status < 200 || this.isOver) return
    this.#status = status
    this.#headers = headers
    this.#timer.cancel()
    // Mostly the whole answer is in one packet: then nothing is to be waited for.
    queueMicrotask(() => this.#waitForBody(controller))
    if (this.#limits.maxBytes === 0) this.#tell()
  }

  #waitForBody(controller: Dispatcher.DispatchController): void {
    if (this.#hasEnded) return
    this.#timer = this.#limits.clock.setTimer(BODY_MS, () => controller.abort(new Error('late')))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { maxBytes } = this.#limits
    if (this.#readBytes < maxBytes) this.#chunks.push(chunk)
    this.#readBytes += chunk.length
    if (this.#readBytes >= maxBytes) this.#tell()
    if (this.#readBytes > UNREAD_BODY_BYTES) controller.abort(new Error('long'))
  }

  onResponseEnd(): void {
    this.#hasEnded = true
    this.#timer.cancel()
    this.#tell()
  }

  /** After the status nothing is a reason to reject. */
  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#hasEnded = true
    this.#timer.cancel()
    if (this.#status === 0) this.#fail(error)
    else this.#tell()
  }

  #tell(): void {
    if (this.isOver) return
    this.#end()
    const { maxBytes } = this.#limits
    const [first, ...more] = this.#chunks
    const body = more.length === 0 ? (first ?? EMPTY) : Buffer.concat(this.#chunks)
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: body.subarray(0, maxBytes),
    })
  }

  #fail(error: unknown): void {
    if (this.isOver) return
    this.#end()
    this.#timer.cancel()
    this.#reject(error)
    this.#controller?.abort(new Error('given up'))
  }

  #end(): void {
    this.isOver = true
    this.#limits.signal?.removeEventListener('abort', this.#cancel)
  }
}

const EMPTY = Buffer.alloc(0)
