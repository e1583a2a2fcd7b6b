/** Offers of this side in a dialog, one at a time, and what to do where both sides make one: §14.1. */
import { type Clock, type Random, randomUint32, sleep } from '#base'
import type { DialogClient, DialogReply, DialogRequestContent } from './dialog-client.ts'

/** So often an offer that met 491 is tried. */
const MAX_TRIES = 5

export class OfferExchange {
  readonly #clock: Clock
  readonly #random: Random
  readonly #client: DialogClient
  /** Did this side make the call? Then it owns the Call-ID and waits longer. */
  readonly #caller: boolean
  readonly #over = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()
  #pending = false

  constructor(clock: Clock, random: Random, client: DialogClient, caller: boolean) {
    this.#clock = clock
    this.#random = random
    this.#client = client
    this.#caller = caller
  }

  /** An offer of ours waits for its answer: §14.2 has one of the peer's refused with 491. */
  get pending(): boolean {
    return this.#pending
  }

  /** `blocked`: the peer's own offer is not settled yet. Undefined where the dialog ended first. */
  send(
    method: 'INVITE' | 'UPDATE',
    content: DialogRequestContent,
    blocked: () => boolean,
  ): Promise<DialogReply | undefined> {
    const reply = this.#turn.then(() => this.#try(method, content, blocked))
    this.#turn = reply
    return reply
  }

  stop(): void {
    this.#over.abort()
  }

  async #try(
    method: 'INVITE' | 'UPDATE',
    content: DialogRequestContent,
    blocked: () => boolean,
  ): Promise<DialogReply | undefined> {
    for (let tries = 1; !this.#over.signal.aborted; tries++) {
      if (!blocked()) {
        this.#pending = true
        const reply = await this.#client.request(method, content)
        this.#pending = false
        const glare = reply.kind === 'response' && reply.status === 491
        if (!glare || tries >= MAX_TRIES) return reply
      }
      await sleep(this.#clock, this.#glareMs(), this.#over.signal)
    }
    return undefined
  }

  /** §14.1: in units of 10 ms, 2.1 to 4 s for the owner of the Call-ID, up to 2 s for the other. */
  #glareMs(): number {
    const chance = randomUint32(this.#random)
    return 10 * (this.#caller ? 210 + (chance % 191) : chance % 201)
  }
}
