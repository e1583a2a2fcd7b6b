import { createHash, type Hash } from 'node:crypto'

/** One thing that somebody outside the product saw, at a time of the world in milliseconds. */
export type SimEvent =
  /** A datagram that arrived. */
  | {
      readonly kind: 'sip'
      readonly from: string
      readonly to: string
      readonly text: string
      /** When it was sent, which is what limits of calls per second speak of. */
      readonly sentMs: number
    }
  /** A datagram that left and never arrived. */
  | { readonly kind: 'lost'; readonly from: string; readonly to: string; readonly text: string }
  /** A request to the API and its answer, seen by the client. */
  | {
      readonly kind: 'api'
      readonly node: string
      readonly method: string
      readonly request: Readonly<Record<string, string>>
      /** When the client sent it. */
      readonly askedMs: number
      readonly status: number
      readonly body: string
    }
  /** A result that reached the customer, and what the customer answered. */
  | {
      readonly kind: 'result'
      readonly id: string
      readonly body: string
      readonly status: number
    }
  /** A server takes requests. */
  | { readonly kind: 'up'; readonly node: string }
  /** The run is over. */
  | { readonly kind: 'end' }
  | { readonly kind: 'fault'; readonly what: string; readonly node?: string }

export type LoggedEvent = SimEvent & { readonly atMs: number }

/** What was seen from outside, in order, and a digest of all of it. */
export class SimLog {
  readonly events: LoggedEvent[] = []
  readonly #hash: Hash = createHash('sha256')

  add(atMs: number, event: SimEvent): void {
    this.events.push({ ...event, atMs })
    this.#hash.update(`${atMs} ${JSON.stringify(event)}\n`)
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
