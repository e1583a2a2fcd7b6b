/** Drives a client machine of RFC 3261 §17.1: its timers, its bytes, its user. */
import type { Clock } from '#base'
import { HeaderFields } from '../header-fields.ts'
import { parseCSeq } from '../headers/cseq.ts'
import type { Target } from '../invite.ts'
import { EMPTY_BODY, formatMessage, type SipRequest, type SipResponse } from '../message.ts'
import type { TransportFailure } from '../transport/transport.ts'
import { adoptInviteClient, createInviteClient, inviteClientTransition } from './invite-client.ts'
import {
  type Action,
  type ClientInput,
  holdState,
  type Machine,
  type TimerName,
  type TransactionSetting,
} from './machine.ts'
import { createNonInviteClient, nonInviteClientTransition } from './non-invite-client.ts'
import { TimerSet } from './timer-set.ts'

export type ClientFailure =
  | { readonly kind: 'timeout' }
  | ({ readonly kind: 'transport' } & TransportFailure)

export interface ClientHandlers {
  readonly onResponse: (response: SipResponse) => void
  /** No response will come. */
  readonly onFailure: (failure: ClientFailure) => void
}

export interface ClientTransactionOptions {
  readonly request: SipRequest
  readonly target: Target
  readonly setting: TransactionSetting
  readonly clock: Clock
  readonly handlers: ClientHandlers
  readonly send: (
    bytes: Uint8Array,
    target: Target,
    onFailure: (failure: TransportFailure) => void,
  ) => void
  readonly onEnd: () => void
  /** The request was sent by an earlier process: only listen. */
  readonly adopted?: boolean
}

export class ClientTransaction {
  readonly request: SipRequest
  readonly target: Target
  readonly #options: ClientTransactionOptions
  readonly #timers: TimerSet
  readonly #machine: Machine<ClientInput>
  readonly #bytes: Buffer
  #ack: Buffer | undefined

  constructor(options: ClientTransactionOptions) {
    this.#options = options
    this.request = options.request
    this.target = options.target
    this.#timers = new TimerSet(options.clock)
    this.#machine = createMachine(options)
    this.#bytes = formatMessage(options.request)
  }

  start(): void {
    this.#input({ kind: 'request-from-tu' })
  }

  receive(response: SipResponse): void {
    this.#input({ kind: 'response', status: response.status }, response)
  }

  /** The transport says that what was sent to this target did not get through. */
  fail(failure: TransportFailure): void {
    this.#input({ kind: 'transport-error' }, undefined, failure)
  }

  /** The user agent stops: the user is told, the network is not. */
  stop(): void {
    const reason = 'the user agent stopped'
    this.abandon()
    this.#options.handlers.onFailure({ kind: 'transport', definite: false, reason })
  }

  /** Forgets everything, telling nobody. */
  abandon(): void {
    this.#timers.clearAll()
    this.#options.onEnd()
  }

  #input(input: ClientInput, response?: SipResponse, failure?: TransportFailure): void {
    const before = this.#machine.name()
    for (const action of this.#machine.apply(input)) this.#perform(action, response, failure)
    if (this.#machine.name() === 'terminated' && before !== 'terminated') this.abandon()
  }

  #perform(action: Action, response?: SipResponse, failure?: TransportFailure): void {
    switch (action.kind) {
      case 'send-request':
        return this.#send(this.#bytes)
      case 'send-ack':
        if (response !== undefined)
          this.#ack ??= formatMessage(ackFor(this.#options.request, response))
        return this.#ack && this.#send(this.#ack)
      case 'pass-to-tu':
        return response && this.#options.handlers.onResponse(response)
      case 'inform-tu':
        return this.#options.handlers.onFailure(
          failure === undefined ? { kind: 'timeout' } : { kind: 'transport', ...failure },
        )
      case 'set-timer':
        return this.#timers.set(action.timer, action.delayMs, () => this.#fire(action.timer))
      case 'clear-timer':
        return this.#timers.clear(action.timer)
      default:
        return
    }
  }

  /**
   * A process that stood still finds several timers due at once. Where the time is over, nothing is sent
   * once more: the phone must not ring for a call that has been given up.
   */
  #fire(timer: TimerName): void {
    const over = OVER.find((end) => this.#timers.isOverdue(end))
    this.#input({ kind: 'timer', timer: over ?? timer })
  }

  #send(bytes: Buffer): void {
    this.#options.send(bytes, this.target, (failure) => this.fail(failure))
  }
}

/** Timers after which no response is waited for. */
const OVER = ['B', 'F'] as const

function createMachine({
  request,
  setting,
  adopted,
}: ClientTransactionOptions): Machine<ClientInput> {
  if (request.method !== 'INVITE') {
    return holdState(createNonInviteClient(setting), nonInviteClientTransition)
  }
  const state = adopted === true ? adoptInviteClient(setting) : createInviteClient(setting)
  return holdState(state, inviteClientTransition)
}

/** §17.1.1.3: the ACK for a final response that is no 2xx, in the same transaction. */
function ackFor(request: SipRequest, response: SipResponse): SipRequest {
  const { number } = parseCSeq(request.headers.get('CSeq') ?? '')
  const headers = new HeaderFields()
  headers.add('Via', request.headers.list('Via')[0] ?? '')
  headers.add('Max-Forwards', '70')
  for (const route of request.headers.all('Route')) headers.add('Route', route)
  headers.add('From', request.headers.get('From') ?? '')
  headers.add('To', response.headers.get('To') ?? '')
  headers.add('Call-ID', request.headers.get('Call-ID') ?? '')
  headers.add('CSeq', `${number} ACK`)
  return { ...request, method: 'ACK', headers, body: EMPTY_BODY }
}
