/** Drives a server machine of RFC 3261 §17.2: its timers, its bytes, its user. */
import type { Clock } from '#base'
import { branchOf, parseVia, type Via } from '../headers/via.ts'
import { formatMessage, type SipRequest, type SipResponse } from '../message.ts'
import { createResponse } from '../response.ts'
import type { Address, Flow } from '../transport/transport.ts'
import { createInviteServer, inviteServerTransition } from './invite-server.ts'
import {
  type Action,
  holdState,
  type Machine,
  type ServerInput,
  type TransactionSetting,
} from './machine.ts'
import { createNonInviteServer, nonInviteServerTransition } from './non-invite-server.ts'
import { TimerSet } from './timer-set.ts'

export interface ServerTransactionOptions {
  readonly request: SipRequest
  readonly flow: Flow
  readonly setting: TransactionSetting
  readonly clock: Clock
  readonly onRequest: (request: SipRequest, transaction: ServerTransaction) => void
  /** The ACK for a 2xx, where it came with the INVITE's own branch. */
  readonly onAck: (ack: SipRequest) => void
  readonly onEnd: () => void
}

export class ServerTransaction {
  readonly request: SipRequest
  readonly flow: Flow
  /** Called when no ACK came for a final response that is no 2xx. */
  onTimeout: (() => void) | undefined
  /** Called when the transaction is over and forgotten. */
  onEnd: (() => void) | undefined
  readonly #options: ServerTransactionOptions
  readonly #timers: TimerSet
  readonly #machine: Machine<ServerInput>
  readonly #address: Address
  #dropped = false
  #last: Buffer | undefined

  constructor(options: ServerTransactionOptions) {
    this.#options = options
    this.request = options.request
    this.flow = options.flow
    this.#timers = new TimerSet(options.clock)
    this.#address = responseAddress(
      parseVia(options.request.headers.list('Via')[0] ?? ''),
      this.flow,
    )
    const isInvite = options.request.method === 'INVITE'
    this.#machine = isInvite
      ? holdState(createInviteServer(options.setting), inviteServerTransition)
      : holdState(createNonInviteServer(options.setting), nonInviteServerTransition)
  }

  receive(request: SipRequest): void {
    if (this.#dropped) return
    this.#input({ kind: request.method === 'ACK' ? 'ack' : 'request' }, request)
  }

  respond(response: SipResponse): void {
    if (this.#dropped) return
    this.#input({ kind: 'response-from-tu', status: response.status }, undefined, response)
  }

  /** Never says anything; retransmissions are absorbed as long as the caller may send them. */
  drop(): void {
    this.#dropped = true
    this.#timers.clearAll()
    const wait = 64 * this.#options.setting.timers.t1Ms
    this.#timers.set('L', wait, () => this.abandon())
  }

  abandon(): void {
    this.#timers.clearAll()
    this.#options.onEnd()
    this.onEnd?.()
  }

  #input(input: ServerInput, request?: SipRequest, response?: SipResponse): void {
    const before = this.#machine.name()
    // What follows a hand-over to the user is void where the user has dropped the request.
    for (const action of this.#machine.apply(input)) this.#perform(action, request, response)
    if (this.#machine.name() === 'terminated' && before !== 'terminated') this.abandon()
  }

  #perform(action: Action, request?: SipRequest, response?: SipResponse): void {
    if (this.#dropped) return
    switch (action.kind) {
      case 'pass-to-tu':
        if (request?.method === 'ACK') return this.#options.onAck(request)
        return request && this.#options.onRequest(request, this)
      case 'send-trying':
        return this.#send(formatMessage(createResponse(this.request, 100)))
      case 'send-response':
        return response && this.#send(formatMessage(response))
      case 'repeat-response':
        return this.#last && this.#send(this.#last)
      case 'inform-tu':
        return this.onTimeout?.()
      case 'set-timer':
        return this.#timers.set(action.timer, action.delayMs, () =>
          this.#input({ kind: 'timer', timer: action.timer }),
        )
      case 'clear-timer':
        return this.#timers.clear(action.timer)
      default:
        return
    }
  }

  #send(bytes: Buffer): void {
    this.#last = bytes
    this.flow.reply(bytes, this.#address)
  }
}

/**
 * §18.2.2 and RFC 3581 §4: where responses go when no connection takes them. `maddr` is not followed:
 * it would let a request aim our answers at any host. For TCP this is where a new
 * connection goes when the old one is gone, so the port is that of sent-by.
 */
export function responseAddress(via: Via, flow: Flow): Address {
  const rport = Number(via.parameters.get('rport') ?? '')
  const host = via.parameters.get('received') ?? via.host
  if (rport > 0 && flow.transport === 'udp') return { host: flow.remote.host, port: rport }
  return { host, port: via.port ?? 5060 }
}

/** §17.2.3: what makes two requests one transaction. A CANCEL or ACK is sought as the INVITE's. */
export function serverKey(request: SipRequest, method = request.method): string {
  const top = request.headers.list('Via')[0] ?? ''
  const via = parseVia(top)
  const branch = branchOf(via)
  const wanted = method === 'ACK' ? 'INVITE' : method
  if (branch.startsWith('z9hG4bK')) {
    return [branch, via.host.toLowerCase(), via.port ?? 5060, wanted].join('|')
  }
  const { headers, uri } = request
  const cseq = (headers.get('CSeq') ?? '').split(/\s/)[0]
  return [uri, headers.get('From'), headers.get('Call-ID'), cseq, top, wanted].join('|')
}
