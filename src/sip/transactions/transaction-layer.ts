/** RFC 3261 §17 and §18.1.2, §18.2.1: messages find their transactions; new requests find the user. */
import { type Clock, errorMessage, type Logger } from '#base'
import { parseCSeq } from '../headers/cseq.ts'
import { splitList } from '../headers/list.ts'
import { tagOf } from '../headers/name-address.ts'
import { branchOf, formatVia, parseVia, withoutParameter, withParameter } from '../headers/via.ts'
import type { Target } from '../invite.ts'
import {
  formatMessage,
  parseMessage,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../message.ts'
import { checkRequest, checkResponse } from '../request-check.ts'
import { createResponse } from '../response.ts'
import {
  type Address,
  type Flow,
  type TransportFailure,
  targetKey,
} from '../transport/transport.ts'
import { socketHost } from '../uri.ts'
import { type ClientFailure, type ClientHandlers, ClientTransaction } from './client-transaction.ts'
import { responseAddress, ServerTransaction, serverKey } from './server-transaction.ts'
import type { SipTimers } from './timers.ts'

export interface TransactionLayerOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly timers: SipTimers
  readonly send: (
    bytes: Uint8Array,
    target: Target,
    onFailure: (failure: TransportFailure) => void,
  ) => void
  /** Can large requests leave over TCP? */
  readonly tcp: boolean
  /** A new request, ACK never among them. */
  readonly onRequest: (request: SipRequest, transaction: ServerTransaction) => void
  /** An ACK that belongs to a 2xx. */
  readonly onAck: (ack: SipRequest) => void
}

/** A request under way: how it was sent in the end. */
export interface SentRequest {
  readonly transaction: ClientTransaction
}

/** §18.1.1, where the path's MTU is not known. */
const MAX_DATAGRAM_BYTES = 1_300

/** Beyond so many transactions at once new requests are answered 503. */
const MAX_SERVER_TRANSACTIONS = 20_000

export class TransactionLayer {
  readonly #options: TransactionLayerOptions
  readonly #clients = new Map<string, ClientTransaction>()
  readonly #servers = new Map<string, ServerTransaction>()
  /** §8.2.2.2: From-tag, Call-ID and CSeq of requests under way, and which transaction has them. */
  readonly #merging = new Map<string, string>()

  constructor(options: TransactionLayerOptions) {
    this.#options = options
  }

  /**
   * Sends a request in a transaction of its own; the top Via holds the branch. §18.1.1: what is too large
   * for a datagram goes over TCP, and over UDP after all where TCP certainly reaches nobody.
   */
  request(
    request: SipRequest,
    target: Target,
    handlers: ClientHandlers,
    { adopted = false } = {},
  ): SentRequest {
    const large = this.#options.tcp && !adopted && isTooLarge(request, target)
    if (!large) return { transaction: this.#begin(request, target, handlers, adopted) }
    let fallback: ClientTransaction | undefined
    const onFailure = (failure: ClientFailure): void => {
      if (failure.kind === 'timeout' || !failure.definite) return handlers.onFailure(failure)
      fallback = this.#begin(request, target, handlers)
    }
    const tcp = { ...target, transport: 'tcp' as const }
    const first = this.#begin(overTcp(request), tcp, { ...handlers, onFailure })
    return {
      get transaction() {
        return fallback ?? first
      },
    }
  }

  #begin(
    request: SipRequest,
    target: Target,
    handlers: ClientHandlers,
    adopted = false,
  ): ClientTransaction {
    const key = clientKey(request)
    const { clock, timers, send } = this.#options
    const transaction = new ClientTransaction({
      request,
      target,
      setting: { timers, reliable: target.transport !== 'udp' },
      clock,
      handlers,
      send,
      onEnd: () => {
        if (this.#clients.get(key) === transaction) this.#clients.delete(key)
      },
      adopted,
    })
    this.#clients.set(key, transaction)
    transaction.start()
    return transaction
  }

  /** Outside any transaction: the ACK for a 2xx. */
  sendDirect(request: SipRequest, target: Target): void {
    this.#options.send(formatMessage(request), target, (failure) =>
      this.#options.log.debug('sip send failed', { method: request.method, ...failure }),
    )
  }

  /** §9.2: the transaction that a CANCEL means. */
  findInvite(cancel: SipRequest): ServerTransaction | undefined {
    return this.#servers.get(serverKey(cancel, 'INVITE'))
  }

  /** Bytes from the network. Never throws for what they hold. */
  receive(bytes: Uint8Array, flow: Flow): void {
    let message: SipMessage
    try {
      message = parseMessage(bytes)
    } catch (thrown) {
      const { host } = flow.remote
      this.#options.log.debug('sip message dropped', { host, reason: errorMessage(thrown) })
      return
    }
    if (message.kind === 'response') this.#receiveResponse(message, flow)
    else this.#receiveRequest(message, flow)
  }

  /** Transactions which still wait for an answer from there are told. */
  fail(target: Target, failure: TransportFailure): void {
    const key = targetKey(target)
    for (const transaction of [...this.#clients.values()]) {
      if (targetKey(transaction.target) === key) transaction.fail(failure)
    }
  }

  stop(): void {
    for (const transaction of [...this.#servers.values()]) transaction.abandon()
    for (const transaction of [...this.#clients.values()]) transaction.stop()
  }

  #receiveResponse(response: SipResponse, flow: Flow): void {
    const fault = checkResponse(response, flow.transport)
    const transaction = fault === undefined ? this.#clients.get(clientKey(response)) : undefined
    // RFC 6026 §8.9: a response that matches no transaction is silently discarded.
    if (transaction === undefined) {
      this.#options.log.debug('sip response dropped', { status: response.status, fault })
    } else transaction.receive(response)
  }

  #receiveRequest(request: SipRequest, flow: Flow): void {
    markSource(request, flow)
    const refusal = checkRequest(request, flow.transport)
    if (refusal !== undefined) return this.#refuse(request, flow, refusal.status, refusal.reason)
    const key = serverKey(request)
    const known = this.#servers.get(key)
    if (known !== undefined) return known.receive(request)
    if (request.method === 'ACK') return this.#options.onAck(request)
    if (this.#servers.size >= MAX_SERVER_TRANSACTIONS) return this.#refuse(request, flow, 503)
    const merged = this.#merging.get(mergeKey(request))
    if (merged !== undefined && request.method !== 'CANCEL') return this.#refuse(request, flow, 482)
    this.#open(key, request, flow)
  }

  #open(key: string, request: SipRequest, flow: Flow): void {
    const merge = mergeKey(request)
    const watched = merge !== '' && request.method !== 'CANCEL'
    const transaction = new ServerTransaction({
      request,
      flow,
      setting: { timers: this.#options.timers, reliable: flow.transport !== 'udp' },
      clock: this.#options.clock,
      onRequest: this.#options.onRequest,
      onAck: this.#options.onAck,
      onEnd: () => {
        this.#servers.delete(key)
        if (watched) this.#merging.delete(merge)
      },
    })
    this.#servers.set(key, transaction)
    if (watched) this.#merging.set(merge, key)
    transaction.receive(request)
  }

  /** Without a transaction: a retransmission is refused again (§8.2.7). An ACK is never answered. */
  #refuse(request: SipRequest, flow: Flow, status: number, reason?: string): void {
    this.#options.log.debug('sip request refused', { method: request.method, status, reason })
    if (request.method === 'ACK') return
    const toTag = 'refused'
    const parts = reason === undefined ? { toTag } : { toTag, reason }
    const response = createResponse(request, status, parts)
    flow.reply(formatMessage(response), returnAddress(request, flow))
  }
}

function isTooLarge(request: SipRequest, target: Target): boolean {
  return target.transport === 'udp' && formatMessage(request).length > MAX_DATAGRAM_BYTES
}

function overTcp(request: SipRequest): SipRequest {
  const headers = request.headers.clone()
  headers.set('Via', formatVia({ ...parseVia(headers.get('Via') ?? ''), transport: 'TCP' }))
  return { ...request, headers }
}

/** By the top Via, or straight back where that is what is wrong with the request. */
function returnAddress(request: SipRequest, flow: Flow): Address {
  try {
    return responseAddress(parseVia(request.headers.list('Via')[0] ?? ''), flow)
  } catch {
    return flow.remote
  }
}

/** §17.1.3: branch and method. */
function clientKey(message: SipMessage): string {
  const via = parseVia(message.headers.list('Via')[0] ?? '')
  return `${branchOf(via)}|${parseCSeq(message.headers.get('CSeq') ?? '').method}`
}

/** '' for requests inside a dialog, which cannot be merged. */
function mergeKey(request: SipRequest): string {
  if (tagOf(request.headers.get('To') ?? '', 'To') !== '') return ''
  const tag = tagOf(request.headers.get('From') ?? '', 'From')
  return [tag, request.headers.get('Call-ID'), request.headers.get('CSeq')].join('|')
}

/**
 * §18.2.1 and RFC 3581 §4: the top Via is told where the request really came from. A `received` that
 * came with it would aim our answers at somebody else.
 */
function markSource(request: SipRequest, flow: Flow): void {
  const line = request.headers.get('Via') ?? ''
  const [top = '', ...rest] = splitList(line)
  try {
    let via = withoutParameter(parseVia(top), 'received')
    const asksForPort = via.parameters.get('rport') === ''
    const { host, port } = flow.remote
    if (asksForPort) via = withParameter(via, 'rport', String(port))
    if (asksForPort || socketHost(via.host) !== host) via = withParameter(via, 'received', host)
    request.headers.set('Via', [formatVia(via), ...rest].join(', '))
  } catch {
    // An unreadable Via is for `checkRequest` to refuse.
  }
}
