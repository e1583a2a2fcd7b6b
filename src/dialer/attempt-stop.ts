import type { CallCancel } from '#model'

/** Who ends an attempt from outside: somebody asked for it, or the server stops. */
export type StopReason = 'canceled' | 'stopping'

/** Each aborts with a `StopReason`. */
export interface AttemptSignals {
  /** Ends the attempt as long as nobody has answered: no INVITE, or CANCEL. */
  readonly unanswered: AbortSignal
  /** Ends it in any case; aborts with `unanswered`, never before it. */
  readonly connected: AbortSignal
}

/** The means to end one attempt from outside. */
export class AttemptStop implements AttemptSignals {
  readonly #unanswered = new AbortController()
  readonly #connected = new AbortController()

  get unanswered(): AbortSignal {
    return this.#unanswered.signal
  }

  get connected(): AbortSignal {
    return this.#connected.signal
  }

  /** The first reason counts. */
  stop(reason: StopReason, what: CallCancel): void {
    this.#unanswered.abort(reason)
    if (what === 'connected') this.#connected.abort(reason)
  }
}
