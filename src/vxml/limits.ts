/** What one call may use up: the guard against documents that loop. */
export interface SessionLimits {
  /** Documents fetched in one call, roots and subdialogs included. */
  readonly documents: number
  /** Visits of form items, executed elements and events without any prompt played or input taken. */
  readonly idleSteps: number
  /** Event handlers that throw into event handlers. */
  readonly handlerDepth: number
  readonly subdialogDepth: number
  readonly callSeconds: number
  /** Of a document, grammar, script or other text that a document refers to. */
  readonly documentBytes: number
  /** Elements inside elements. */
  readonly elementDepth: number
}

export const DEFAULT_LIMITS: SessionLimits = {
  documents: 500,
  idleSteps: 10_000,
  handlerDepth: 20,
  subdialogDepth: 30,
  callSeconds: 4 * 3600,
  documentBytes: 1024 * 1024,
  elementDepth: 128,
}

export type LimitName = keyof SessionLimits

/** Ends the session whatever it is doing; no `<catch>` sees it. */
export class LimitExceeded extends Error {
  readonly limit: LimitName
  /** Where the document was when it was exceeded, once that is known. */
  origin: { readonly uri?: string; readonly line?: number; readonly column?: number } | undefined

  constructor(limit: LimitName, allowed: number) {
    super(`${SENTENCES[limit]} (limit: ${allowed}).`)
    this.limit = limit
    this.origin = undefined
  }
}

/** Ends what runs on after the session has ended. */
export class SessionClosed extends Error {}

const SENTENCES: Readonly<Record<LimitName, string>> = {
  documents: 'The call has fetched too many documents',
  idleSteps: 'The dialogue runs on without a prompt or an input; it seems to loop',
  handlerDepth: 'Event handlers throw into one another without end',
  subdialogDepth: 'Subdialogs call subdialogs without end',
  callSeconds: 'The call has lasted too many seconds',
  documentBytes: 'A document is too large',
  elementDepth: 'A document has too many elements inside one another',
}

/** Counts what a call uses, and throws `LimitExceeded` at the first too much. */
export class Budget {
  readonly #limits: SessionLimits
  #documents = 0
  #idleSteps = 0
  #steps = 0
  #closed = false

  constructor(limits: SessionLimits) {
    this.#limits = limits
  }

  get limits(): SessionLimits {
    return this.#limits
  }

  /** All steps of the call, for reports. */
  get steps(): number {
    return this.#steps
  }

  takeDocument(): void {
    this.#documents += 1
    this.require('documents', this.#documents)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** The session has ended: what still runs stops at its next step. */
  close(): void {
    this.#closed = true
  }

  takeStep(): void {
    if (this.#closed) throw new SessionClosed()
    this.#steps += 1
    this.#idleSteps += 1
    this.require('idleSteps', this.#idleSteps)
  }

  /** The caller heard or did something: it is not an idle loop. */
  noteProgress(): void {
    this.#idleSteps = 0
  }

  require(limit: LimitName, used: number): void {
    if (used > this.#limits[limit]) this.refuse(limit)
  }

  refuse(limit: LimitName): never {
    throw new LimitExceeded(limit, this.#limits[limit])
  }
}
