/**
 * A dialog at work, RFC 3261 §12.2, §13.2.2.4, §13.3.1.4, §14 and §15; RFC 3262; RFC 3311; RFC 4028.
 */
import { OutdialError, randomUint32, type Timer } from '#base'
import { type AgentContext, dialogKey } from './agent-context.ts'
import type { Dialog, DialogEnd, OfferOutcome, ReinviteAnswer, SessionBody } from './dialog.ts'
import { DialogClient, type DialogReply } from './dialog-client.ts'
import { type DialogState, dialogOfResponse, refreshTarget } from './dialog-state.ts'
import { DTMF_RELAY, formatDtmfRelay, parseDtmfRelay, type RelayedDigit } from './dtmf-relay.ts'
import type { HeaderLine } from './header-fields.ts'
import { parseCSeq } from './headers/cseq.ts'
import { utf8Text } from './headers/grammar.ts'
import { formatReason, type Reason } from './headers/reason.ts'
import type { Credentials } from './invite.ts'
import { EMPTY_BODY, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import { unsupportedMethodStatus } from './method.ts'
import { OfferExchange } from './offer-exchange.ts'
import { ProgressReceiver } from './progress-receiver.ts'
import { ALLOWED, contactValue, SUPPORTED } from './request.ts'
import { createResponse } from './response.ts'
import {
  acceptTerms,
  askForTimer,
  raisedInterval,
  refuseTerms,
  type SessionTerms,
  SessionTimer,
  termsOfRequest,
  termsOfResponse,
} from './session-timer.ts'
import type { ServerTransaction } from './transactions/server-transaction.ts'
import { Transfer, type TransferOutcome, type TransferSetting } from './transfer.ts'

export interface DialogSessionSetting {
  readonly credentials?: Credentials | undefined
  /** This side made the call. */
  readonly caller: boolean
  /** What this side said last of its media: what a refresh by re-INVITE repeats. */
  readonly session?: SessionBody
}

interface UnacknowledgedAnswer {
  readonly cseq: number
  readonly timers: Timer[]
  readonly acknowledged: () => void
  readonly failed: (error: OutdialError) => void
}

export class DialogSession implements Dialog {
  onReinvite: ((offer: SessionBody) => ReinviteAnswer) | undefined
  onInfo: ((info: SessionBody) => void) | undefined
  onDigit: ((digit: RelayedDigit) => void) | undefined
  readonly ended: Promise<DialogEnd>
  readonly #context: AgentContext
  readonly #client: DialogClient
  readonly #offers: OfferExchange
  readonly #sessionTimer: SessionTimer
  readonly #progress = new ProgressReceiver()
  #session: SessionBody | undefined
  #earlyAnswer: SessionBody | undefined
  #end: (end: DialogEnd) => void = () => undefined
  #over = false
  #bye: Promise<void> | undefined
  #ack: (() => void) | undefined
  #transfer: Transfer | undefined
  #unacknowledged: UnacknowledgedAnswer | undefined
  /** By the peer's Allow, and by what it says to an UPDATE. */
  #peerTakesUpdate = false

  constructor(context: AgentContext, state: DialogState, setting: DialogSessionSetting) {
    const { clock, random } = context
    this.#context = context
    this.#client = new DialogClient(context, state, setting.credentials)
    this.#offers = new OfferExchange(clock, random, this.#client, setting.caller)
    this.#session = setting.session
    this.#sessionTimer = new SessionTimer(clock, {
      refresh: (terms) => void this.#refresh(terms),
      expired: () => this.#expire(),
    })
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    context.dialogs.set(this.#key, this)
  }

  get state(): DialogState {
    return this.#client.state
  }

  bye(reason?: Reason): Promise<void> {
    this.#bye ??= this.#over ? Promise.resolve() : this.#hangUp('BYE', reason)
    return this.#bye
  }

  reinvite(offer: SessionBody): Promise<OfferOutcome> {
    return this.#offer('INVITE', offer)
  }

  update(offer: SessionBody = NO_BODY): Promise<OfferOutcome> {
    return this.#offer('UPDATE', offer)
  }

  async refer(setting: TransferSetting): Promise<TransferOutcome> {
    const transfer = new Transfer(this.#context.clock, this.#client, setting)
    if (this.#over) return { kind: 'unknown', reason: 'the call is over' }
    this.#transfer?.end('another transfer took its place')
    this.#transfer = transfer
    return transfer.run()
  }

  async sendDigit(digit: RelayedDigit): Promise<boolean> {
    if (this.#over) return false
    const reply = await this.#client.request('INFO', formatDtmfRelay(digit))
    return reply.kind === 'response' && reply.status < 300
  }

  /**
   * RFC 3262 §4: confirms a provisional response of the early dialog that this is so far. False where
   * there is nothing new in it.
   */
  acknowledgeProgress(response: SipResponse): boolean {
    const verdict = this.#progress.take(response)
    if (verdict === 'ignored') return false
    if (verdict === 'unreliable') return true
    this.#client.state = refreshTarget(this.state, response)
    this.#notePeer(response)
    if (response.body.length > 0) this.#earlyAnswer ??= bodyOf(response)
    void this.#client.request('PRACK', { headers: [['RAck', verdict.rack]] })
    return true
  }

  /** The answer to our offer, where a reliable provisional response brought it. */
  get earlyAnswer(): SessionBody | undefined {
    return this.#earlyAnswer
  }

  /** §13.2.2.4: the caller's ACK for the 2xx, once made and then repeated for each retransmission. */
  acknowledge(invite: SipRequest, response: SipResponse): void {
    if (this.#ack === undefined) {
      this.#confirm(invite, response)
      this.#ack = this.#client.createAck(invite)
      this.#notePeer(response)
      if (!this.#over) this.#sessionTimer.start(termsOfResponse(response))
    }
    this.#ack()
  }

  /** The callee's side: answers the INVITE. Rejects as `IncomingCall.answer` does. */
  answer(
    transaction: ServerTransaction,
    session: SessionBody,
    headers: readonly HeaderLine[],
  ): Promise<void> {
    const { request } = transaction
    this.#notePeer(request)
    return this.#accept(transaction, session, headers)
  }

  receiveAck(ack: SipRequest): void {
    const { number } = parseCSeq(ack.headers.get('CSeq') ?? '')
    if (this.#unacknowledged?.cseq === number) this.#settleAnswer()?.acknowledged()
  }

  receive(request: SipRequest, transaction: ServerTransaction): void {
    const { number } = parseCSeq(request.headers.get('CSeq') ?? '')
    const { remoteCseq } = this.state
    // §12.2.2: out of order is refused; gaps are normal.
    if (remoteCseq !== undefined && number < remoteCseq) return this.#respond(transaction, 500)
    this.#client.state = { ...this.state, remoteCseq: number }
    switch (request.method) {
      case 'BYE':
        return this.#receiveBye(request, transaction)
      case 'INVITE':
      case 'UPDATE':
        return this.#receiveOffer(request, transaction)
      case 'PRACK':
        // Whatever it confirms was confirmed by the answer.
        return this.#respond(transaction, 481)
      case 'NOTIFY':
        return this.#receiveNotify(request, transaction)
      case 'INFO':
        return this.#receiveInfo(request, transaction)
      case 'OPTIONS':
        return this.#respond(transaction, 200, { headers: this.#abilities() })
      default:
        return this.#respond(transaction, unsupportedMethodStatus(request.method), {
          headers: this.#abilities(),
        })
    }
  }

  /** The peer hung up where no BYE could reach this dialog: it raced the 2xx. */
  endedByPeer(reason: string): void {
    this.#close({ by: 'remote', reason })
    this.forget()
  }

  /** The user agent stops: nothing more is sent. */
  abandon(reason: string): void {
    this.#close({ by: 'local', reason })
    this.forget()
  }

  /** Another leg has answered, or none will: the early dialog is over, unless its 2xx comes late. */
  forget(): void {
    if (this.#context.dialogs.get(this.#key) === this) this.#context.dialogs.delete(this.#key)
  }

  /** §13.2.2.4: the 2xx says anew what the dialog is; only the counting goes on. */
  #confirm(invite: SipRequest, response: SipResponse): void {
    const { localCseq, target, localAddress, ...early } = this.state
    const confirmed = dialogOfResponse(invite, response, target, localAddress)
    this.#client.state = {
      ...early,
      ...confirmed,
      localCseq: Math.max(localCseq, confirmed.localCseq),
    }
    if (!this.#over) this.#context.dialogs.set(this.#key, this)
  }

  get #key(): string {
    return dialogKey(this.state.callId, this.state.localTag, this.state.remoteTag)
  }

  async #hangUp(how: string, reason?: Reason): Promise<void> {
    this.#close({ by: 'local', reason: how })
    const headers: HeaderLine[] = reason === undefined ? [] : [['Reason', formatReason(reason)]]
    // Any answer ends the dialog, 481 and silence too (§15.1.1).
    await this.#client.request('BYE', { headers })
    this.forget()
  }

  async #offer(method: 'INVITE' | 'UPDATE', offer: SessionBody): Promise<OfferOutcome> {
    if (offer.body.length > 0) this.#session = offer
    const reply = await this.#exchange(method, offer, [['Supported', SUPPORTED.join(', ')]])
    if (reply === undefined || this.#over) return { kind: 'ended' }
    if (reply.kind !== 'response') {
      // §12.2.1.2: a peer that does not answer any more is hung up on.
      void this.bye()
      return { kind: 'ended' }
    }
    const { status } = reply
    if (status >= 300) {
      if (status === 408 || status === 481) void this.bye()
      return { kind: 'refused', status, reason: utf8Text(reply.reason) }
    }
    return { kind: 'accepted', ...bodyOf(reply) }
  }

  #exchange(
    method: 'INVITE' | 'UPDATE',
    { body, contentType }: SessionBody,
    headers: readonly HeaderLine[],
  ): Promise<DialogReply | undefined> {
    const content = { headers: [...headers, this.#allow()], body, contentType }
    return this.#offers.send(method, content, () => this.#unacknowledged !== undefined)
  }

  /** RFC 4028 §10: by UPDATE where the peer takes it, by re-INVITE with an unchanged offer elsewhere. */
  async #refresh(terms: SessionTerms): Promise<void> {
    if (this.#over) return
    const byUpdate = this.#peerTakesUpdate || this.#session === undefined
    const { minSeconds } = this.#context.sessionTimer
    const wanted = { seconds: terms.seconds, minSeconds, refresher: 'uac' as const }
    const session = byUpdate ? NO_BODY : (this.#session ?? NO_BODY)
    const reply = await this.#exchange(byUpdate ? 'UPDATE' : 'INVITE', session, [
      ['Supported', SUPPORTED.join(', ')],
      ...askForTimer(wanted),
    ])
    if (reply === undefined || this.#over) return
    const dead = reply.kind !== 'response' || reply.status === 408 || reply.status === 481
    if (dead) return this.#expire()
    const { status } = reply
    if (status < 300) return this.#sessionTimer.start(termsOfResponse(reply))
    if (byUpdate && (status === 405 || status === 501) && this.#session !== undefined) {
      this.#peerTakesUpdate = false
      return this.#refresh(terms)
    }
    const raised = raisedInterval(reply, terms.seconds)
    if (raised !== undefined) return this.#refresh({ ...terms, seconds: raised })
    // Refused for another reason: the session goes on until it expires.
  }

  #expire(): void {
    if (this.#over) return
    const reason = { protocol: 'SIP', cause: 408, text: 'Session expired' }
    this.#bye ??= this.#hangUp('session expired', reason)
  }

  #receiveBye(request: SipRequest, transaction: ServerTransaction): void {
    this.#respond(transaction, 200)
    const reason = utf8Text(request.headers.get('Reason') ?? 'BYE')
    this.#settleAnswer()?.acknowledged()
    this.#close({ by: 'remote', reason })
    // While our own BYE is under way it keeps the dialog for its answer.
    if (this.#bye === undefined) this.forget()
  }

  #receiveOffer(request: SipRequest, transaction: ServerTransaction): void {
    if (this.#over) return this.#respond(transaction, 481)
    const offers = request.method === 'INVITE' || request.body.length > 0
    if (offers && this.#unacknowledged !== undefined) {
      // §14.2: a second INVITE too early is to be tried again in up to ten seconds.
      const seconds = String(randomUint32(this.#context.random) % 11)
      return this.#respond(transaction, 500, { headers: [['Retry-After', seconds]] })
    }
    if (offers && this.#offers.pending) return this.#respond(transaction, 491)
    const tooShort = refuseTerms(request, this.#context.sessionTimer.minSeconds)
    if (tooShort !== undefined) return this.#respond(transaction, 422, { headers: tooShort })
    const answer = offers ? this.onReinvite?.(bodyOf(request)) : NO_BODY
    if (answer === undefined) return this.#respond(transaction, 488)
    if ('status' in answer) return this.#respond(transaction, answer.status, answer)
    this.#client.state = refreshTarget(this.state, request)
    if (offers) this.#session = answer
    const contact = contactValue(this.state.target.transport, this.state.localAddress)
    const headers: HeaderLine[] = [['Contact', contact], ...this.#abilities()]
    this.#accept(transaction, answer, headers).catch(() => undefined)
  }

  /**
   * §13.3.1.4 with RFC 6026 §8.1: the 2xx of an INVITE is repeated from T1 up to T2 until the ACK comes.
   * Rejects `sip-no-ack` after 64*T1, when the call is ended.
   */
  #accept(
    transaction: ServerTransaction,
    { body, contentType }: SessionBody,
    headers: readonly HeaderLine[],
  ): Promise<void> {
    const { request } = transaction
    const terms = termsOfRequest(request)
    const all = [...headers, ...acceptTerms(terms, request)]
    const response = createResponse(request, 200, {
      toTag: this.state.localTag,
      headers: all,
      body,
      contentType,
    })
    this.#sessionTimer.start(terms)
    transaction.respond(response)
    if (request.method !== 'INVITE') return Promise.resolve()
    return this.#repeatUntilAck(transaction, response)
  }

  #repeatUntilAck(transaction: ServerTransaction, response: SipResponse): Promise<void> {
    const { t1Ms, t2Ms } = this.#context.timers
    const { clock } = this.#context
    return new Promise((resolve, reject) => {
      const timers: Timer[] = []
      const repeatAfter = (intervalMs: number): void => {
        timers[0] = clock.setTimer(intervalMs, () => {
          transaction.respond(response)
          repeatAfter(Math.min(intervalMs * 2, t2Ms))
        })
      }
      repeatAfter(t1Ms)
      timers[1] = clock.setTimer(64 * t1Ms, () => this.#noAck())
      const cseq = parseCSeq(response.headers.get('CSeq') ?? '').number
      this.#unacknowledged = { cseq, timers, acknowledged: resolve, failed: reject }
    })
  }

  #receiveInfo(request: SipRequest, transaction: ServerTransaction): void {
    if (this.onInfo === undefined && this.onDigit === undefined) {
      return this.#respond(transaction, 405, { headers: this.#abilities() })
    }
    const info = bodyOf(request)
    const digit = this.onDigit === undefined ? undefined : parseDtmfRelay(info)
    if (digit === undefined && this.onInfo === undefined) {
      return this.#respond(transaction, 415, { headers: [['Accept', DTMF_RELAY]] })
    }
    this.#respond(transaction, 200)
    if (digit === undefined) this.onInfo?.(info)
    else this.onDigit?.(digit)
  }

  /** RFC 3515 §2.4.4: news of a transfer of ours, or of nothing that we know. */
  #receiveNotify(request: SipRequest, transaction: ServerTransaction): void {
    const event = request.headers.get('Event') ?? ''
    if (this.#transfer === undefined || !/^refer\s*(;|$)/i.test(event)) {
      return this.#respond(transaction, 481)
    }
    this.#respond(transaction, 200)
    this.#transfer.receiveNotify(request)
  }

  #abilities(): HeaderLine[] {
    return [this.#allow(), ['Supported', SUPPORTED.join(', ')]]
  }

  #allow(): HeaderLine {
    const methods = [...ALLOWED]
    if (this.onInfo !== undefined || this.onDigit !== undefined) methods.push('INFO')
    if (this.#transfer !== undefined) methods.push('NOTIFY')
    return ['Allow', methods.join(', ')]
  }

  #notePeer(message: SipMessage): void {
    const allowed = message.headers.list('Allow').map((method) => method.toUpperCase())
    this.#peerTakesUpdate = allowed.includes('UPDATE')
  }

  #respond(
    transaction: ServerTransaction,
    status: number,
    parts: { reason?: string; headers?: readonly HeaderLine[] } = {},
  ): void {
    transaction.respond(createResponse(transaction.request, status, parts))
  }

  #noAck(): void {
    const sentence = 'The caller never acknowledged the answer, so the call was ended.'
    this.#settleAnswer()?.failed(new OutdialError('sip-no-ack', sentence))
    void this.bye()
  }

  #settleAnswer(): UnacknowledgedAnswer | undefined {
    const answer = this.#unacknowledged
    for (const timer of answer?.timers ?? []) timer.cancel()
    this.#unacknowledged = undefined
    return answer
  }

  #close(end: DialogEnd): void {
    if (this.#over) return
    this.#over = true
    this.#sessionTimer.stop()
    this.#offers.stop()
    this.#transfer?.end('the call ended')
    const answer = this.#settleAnswer()
    answer?.failed(new OutdialError('sip-call-over', 'The call ended before it was acknowledged.'))
    this.#context.log.debug('sip dialog ended', { callId: this.state.callId, ...end })
    this.#end(end)
  }
}

const NO_BODY: SessionBody = { body: EMPTY_BODY, contentType: '' }

function bodyOf(message: SipMessage): SessionBody {
  const contentType = message.headers.get('Content-Type') ?? ''
  return { body: Uint8Array.from(message.body), contentType }
}
