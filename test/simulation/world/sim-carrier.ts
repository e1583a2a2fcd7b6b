import { type Random, silentLogger } from '#base'
import { createAnswer } from '#rtp'
import { type Dialog, type IncomingCall, UserAgent } from '#sip'
import type { SimNetwork } from './sim-network.ts'
import { ProcessClock, type SimTime } from './sim-time.ts'

/** What the far end makes of a call. */
export type Callee =
  | { readonly kind: 'refuses'; readonly status: number; readonly afterMs: number }
  /** Rings until it is cancelled. */
  | { readonly kind: 'rings' }
  /** The INVITE is received and nothing, or only 100, comes back. */
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'answers'
      readonly afterMs: number
      readonly presses?: string
      /** Hangs up so long after answering, unless the caller did. */
      readonly hangsUpAfterMs: number
    }

export interface SimCarrierOptions {
  readonly host: string
  readonly time: SimTime
  readonly network: SimNetwork
  readonly random: Random
  /** Asked once a dial. */
  readonly calleeOf: (number: string) => Callee
  /** A key that the callee presses goes to the media at this address. */
  readonly press: (host: string, port: number, key: string) => void
}

/** The telephone network: a SIP endpoint at port 5060 of its host, never wrong and never killed. */
export class SimCarrier {
  readonly #options: SimCarrierOptions
  readonly #clock: ProcessClock
  readonly #agent: UserAgent

  constructor(options: SimCarrierOptions) {
    this.#options = options
    const { host, time, network, random } = options
    this.#clock = new ProcessClock(time.clock)
    this.#agent = new UserAgent({
      clock: this.#clock,
      random,
      log: silentLogger,
      bind: { host, port: 5060 },
      transports: ['udp'],
      userAgentName: 'carrier',
      openUdp: network.open(host, this.#clock),
      onInvite: (call) => this.#receive(call),
    })
  }

  start(): Promise<void> {
    return this.#agent.start()
  }

  stop(): void {
    this.#clock.kill()
  }

  #receive(call: IncomingCall): void {
    const callee = this.#options.calleeOf(call.request.number)
    switch (callee.kind) {
      case 'silent':
        return call.drop()
      case 'rings':
        return call.ring()
      case 'refuses':
        return void this.#clock.setTimer(callee.afterMs, () => call.refuse(callee.status))
      case 'answers':
        call.ring()
        this.#clock.setTimer(callee.afterMs, () => void this.#answer(call, callee))
    }
  }

  async #answer(call: IncomingCall, callee: Callee & { kind: 'answers' }): Promise<void> {
    const address = { host: this.#options.host, port: 40_000 }
    const offer = Buffer.from(call.request.body).toString()
    const { sdp, remote } = createAnswer(offer, { address, sessionId: 1 })
    let dialog: Dialog
    try {
      dialog = await call.answer(Buffer.from(sdp), 'application/sdp')
    } catch {
      // Cancelled meanwhile, or never acknowledged.
      return
    }
    const { presses } = callee
    if (presses !== undefined) {
      this.#clock.setTimer(1500, () => this.#options.press(remote.host, remote.port, presses))
    }
    const hangUp = this.#clock.setTimer(callee.hangsUpAfterMs, () => void dialog.bye())
    void dialog.ended.then(() => hangUp.cancel())
  }
}
