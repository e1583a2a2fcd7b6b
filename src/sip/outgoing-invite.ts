/** One outgoing call until its outcome, RFC 3261 §13.2, §9.1 and §22. */
import { randomUuid, type Timer } from '#base'
import type { AgentContext } from './agent-context.ts'
import { DialogSession } from './dialog-session.ts'
import { dialogOfResponse } from './dialog-state.ts'
import { DigestSession } from './digest-session.ts'
import type { HeaderLine } from './header-fields.ts'
import { headerKey } from './header-fields.ts'
import { utf8Text } from './headers/grammar.ts'
import { tagOf } from './headers/name-address.ts'
import type { Reason } from './headers/reason.ts'
import { formatUserToUser, parseUserToUser } from './headers/user-to-user.ts'
import type {
  Credentials,
  InviteIdentity,
  InviteOptions,
  InviteOutcome,
  OutgoingCall,
  Target,
} from './invite.ts'
import { firstRoundElsewhere, MAX_ROUNDS, roundOf } from './invite-identity.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { identityHeaders } from './passport.ts'
import { createCancel, createInvite, SUPPORTED } from './request.ts'
import { createResponse } from './response.ts'
import { askForTimer, raisedInterval, type SessionTimerSetting } from './session-timer.ts'
import type { ClientFailure } from './transactions/client-transaction.ts'
import type { ServerTransaction } from './transactions/server-transaction.ts'
import type { SentRequest } from './transactions/transaction-layer.ts'

/** So many early dialogs of a fork are followed. */
const MAX_LEGS = 32

export class OutgoingInvite implements OutgoingCall {
  readonly identity: InviteIdentity
  readonly outcome: Promise<InviteOutcome>
  readonly #context: AgentContext
  readonly #options: InviteOptions
  readonly #credentials: Credentials | undefined
  readonly #digest: DigestSession
  /** Dialogs by To-tag, early ones too. */
  readonly #legs = new Map<string, DialogSession>()
  /** To-tags of those that answered. */
  readonly #confirmed = new Set<string>()
  /** To-tags of dialogs whose BYE overtook their 2xx. */
  readonly #endedEarly = new Map<string, string>()
  readonly #resolve: (outcome: InviteOutcome) => void
  readonly #timers: Timer[] = []
  /** RFC 8588 §10: one per call, that tells nobody else anything. */
  readonly #originId: string
  #sessionTimer: SessionTimerSetting
  #request: SipRequest
  #sent: SentRequest | undefined
  #round = 0
  /** Rounds that were refused with a chance to do better. */
  #tries = 0
  /** Anything at all came back. */
  #responded = false
  #provisional = false
  /** Set once nobody wants the call any more. */
  #ending: 'canceled' | 'ring-timeout' | undefined
  #cancelSent = false
  #reason: Reason | undefined
  #over = false

  constructor(
    context: AgentContext,
    identity: InviteIdentity,
    options: InviteOptions,
    credentials: Credentials | undefined,
  ) {
    this.#context = context
    this.identity = identity
    this.#options = options
    this.#credentials = credentials
    this.#digest = new DigestSession(credentials, context.random)
    const { seconds, minSeconds } = context.sessionTimer
    this.#sessionTimer = { seconds: options.sessionSeconds ?? seconds, minSeconds }
    this.#originId = options.signedCaller === undefined ? '' : randomUuid(context.random)
    this.#request = this.#createInvite([])
    const { promise, resolve } = Promise.withResolvers<InviteOutcome>()
    this.outcome = promise
    this.#resolve = resolve
  }

  start(): void {
    const { clock, log } = this.#context
    const { callId, target } = this.identity
    log.debug('sip invite sent', { callId, trunk: target.host, transport: target.transport })
    const ringing = clock.setTimer(this.#options.ringTimeoutMs, () => this.#end('ring-timeout'))
    this.#timers.push(ringing)
    this.#send()
    this.#options.onSent?.()
  }

  cancel(reason?: Reason): void {
    this.#reason ??= reason
    this.#end('canceled')
  }

  /** The user agent stops: whatever the callee does now, nobody listens. */
  abandon(reason: string): void {
    this.#finish({ kind: 'no-response', reason })
  }

  /** A BYE from a callee whose 2xx has not come yet: UDP may reorder them. */
  receiveBye(request: SipRequest, transaction: ServerTransaction): void {
    this.#endedEarly.set(tagOf(request.headers.get('From') ?? '', 'From'), 'BYE')
    transaction.respond(createResponse(request, 200))
  }

  #createInvite(authorization: readonly HeaderLine[]): SipRequest {
    const { body, contentType, reliableProgress = 'supported', userToUser = '' } = this.#options
    const { userAgentName } = this.#context
    const timed = this.#sessionTimer.seconds > 0
    const headers = timed ? askForTimer(this.#sessionTimer) : []
    if (reliableProgress === 'required') headers.push(['Require', '100rel'])
    const supported = SUPPORTED.filter((tag) =>
      tag === 'timer' ? timed : reliableProgress !== 'off',
    )
    headers.push(...this.#identityHeaders())
    const told = formatUserToUser(userToUser)
    if (told !== undefined) headers.push(['User-to-User', told])
    const content = { body, contentType, round: this.#round, authorization, headers, supported }
    return createInvite(this.identity, { userAgentName, ...content })
  }

  /** A PASSporT is for a minute: whatever is sent anew, after a 407 or elsewhere, has one of its own. */
  #identityHeaders(): HeaderLine[] {
    const { signedCaller } = this.#options
    if (signedCaller === undefined) return []
    const { clock, log } = this.#context
    const headers = identityHeaders(signedCaller, this.#originId, clock.now())
    const { callId } = this.identity
    if (headers.length === 0) log.warn('caller not signed: certificate not valid', { callId })
    return headers
  }

  #send(): void {
    this.#provisional = false
    this.#sent = this.#context.layer.request(this.#request, this.#target, {
      onResponse: (response) => this.#receive(response),
      onFailure: (failure) => this.#fail(failure),
    })
  }

  #receive(response: SipResponse): void {
    this.#responded = true
    const { status } = response
    if (status < 200) return this.#progress(response)
    if (status < 300) return this.#success(response)
    if (this.#over) return
    if (this.#ending !== undefined) return this.#finish({ kind: this.#ending })
    if (this.#tryAgain(response)) return
    const reason = utf8Text(response.reason)
    this.#finish({ kind: 'refused', status, reason, headers: headerRecord(response) })
  }

  #progress(response: SipResponse): void {
    if (this.#over) return
    this.#provisional = true
    if (this.#ending !== undefined) return this.#sendCancel()
    if (!this.#earlyLeg(response)) return
    const { status, body } = response
    const reason = utf8Text(response.reason)
    this.#options.onProgress?.(
      body.length > 0 ? { status, reason, body: Uint8Array.from(body) } : { status, reason },
    )
  }

  /** §12.1.2: an early dialog begins, or goes on. False where a response only repeats itself. */
  #earlyLeg(response: SipResponse): boolean {
    const tag = tagOf(response.headers.get('To') ?? '', 'To')
    if (tag === '' || response.status === 100) return true
    const known = this.#legs.get(tag)
    if (known === undefined && this.#legs.size >= MAX_LEGS) return true
    const leg = known ?? this.#openLeg(tag, response)
    return leg.acknowledgeProgress(response)
  }

  #openLeg(tag: string, response: SipResponse): DialogSession {
    const { localAddress } = this.identity
    const state = dialogOfResponse(this.#request, response, this.#target, localAddress)
    const { body, contentType, onEarlyOffer } = this.#options
    const leg = new DialogSession(this.#context, state, {
      credentials: this.#credentials,
      caller: true,
      session: { body, contentType },
    })
    leg.onReinvite = onEarlyOffer
    this.#legs.set(tag, leg)
    return leg
  }

  /**
   * §13.2.2.4 and RFC 6026: the first 2xx is the answer. Another one of a fork, and one that crossed
   * our CANCEL, gets its ACK and then a BYE. A repeated one gets its ACK again.
   */
  #success(response: SipResponse): void {
    const tag = tagOf(response.headers.get('To') ?? '', 'To')
    const dialog = this.#legs.get(tag) ?? this.#openLeg(tag, response)
    const repeated = this.#confirmed.has(tag)
    this.#confirmed.add(tag)
    dialog.acknowledge(this.#request, response)
    if (repeated) return
    if (this.#over || this.#ending !== undefined) {
      void dialog.bye()
      if (this.#ending !== undefined) this.#finish({ kind: this.#ending })
      return
    }
    const endedEarly = this.#endedEarly.get(tag)
    const { status, body } = response
    const contentType = response.headers.get('Content-Type') ?? ''
    const inResponse = { body: Uint8Array.from(body), contentType }
    // RFC 3262 §5: where the answer came reliably before, the 2xx need not say it again.
    const session = body.length > 0 ? inResponse : (dialog.earlyAnswer ?? inResponse)
    const reason = utf8Text(response.reason)
    const userToUser = parseUserToUser(response.headers.all('User-to-User'))
    const told = userToUser === undefined ? {} : { userToUser }
    this.#finish({ kind: 'answered', status, reason, ...session, ...told, dialog })
    if (endedEarly !== undefined) dialog.endedByPeer(endedEarly)
  }

  /**
   * §22.2: the same call again with credentials; RFC 4028 §7.4: or with a longer session interval.
   * Again and again it is not tried.
   */
  #tryAgain(response: SipResponse): boolean {
    if (++this.#tries >= MAX_ROUNDS) return false
    const raised = raisedInterval(response, this.#sessionTimer.seconds)
    if (raised === undefined && !this.#digest.take(response)) return false
    if (raised !== undefined) this.#sessionTimer = { seconds: raised, minSeconds: raised }
    this.#round++
    const { requestUri } = this.identity
    this.#request = this.#createInvite(
      this.#digest.headers('INVITE', requestUri, this.#options.body),
    )
    this.#send()
    return true
  }

  /**
   * RFC 3263 §4.3, but only where the server before certainly got nothing: after silence, or a word of
   * it, the callee may be ringing, and must not ring twice.
   */
  #tryElsewhere(): boolean {
    const round = firstRoundElsewhere(this.identity, this.#round)
    if (round === undefined || this.#responded || this.#ending !== undefined) return false
    this.#round = round
    this.#request = this.#createInvite([])
    const { host, port } = this.#target
    this.#context.log.debug('sip invite sent elsewhere', {
      callId: this.identity.callId,
      host,
      port,
    })
    this.#send()
    return true
  }

  get #target(): Target {
    return roundOf(this.identity, this.#round).target
  }

  #fail(failure: ClientFailure): void {
    if (this.#over) return
    if (failure.kind === 'timeout') {
      this.#finish({ kind: 'no-response', reason: 'no answer to the INVITE at all' })
      this.#listenOn()
    } else if (failure.definite && this.#tryElsewhere()) return
    else if (failure.definite) this.#finish({ kind: 'unreachable', reason: failure.reason })
    else this.#finish({ kind: 'no-response', reason: failure.reason })
  }

  /**
   * The last copy of the INVITE may have come through: for another 64*T1 what rings is canceled, and who
   * answers hears good bye instead of silence.
   */
  #listenOn(): void {
    const { layer, clock, timers } = this.#context
    const onResponse = (response: SipResponse): void => {
      if (response.status < 200) this.#sendCancel()
      else if (response.status < 300) this.#success(response)
    }
    const handlers = { onResponse, onFailure: () => undefined }
    this.#sent = layer.request(this.#request, this.#target, handlers, { adopted: true })
    const { transaction } = this.#sent
    clock.setTimer(64 * timers.t1Ms, () => this.#cancelSent || transaction.abandon())
  }

  #end(why: 'canceled' | 'ring-timeout'): void {
    if (this.#over || this.#ending !== undefined) return
    this.#ending = why
    // §9.1: no CANCEL before a provisional response; Timer B ends a call that never gets one.
    if (this.#provisional) this.#sendCancel()
  }

  #sendCancel(): void {
    if (this.#cancelSent) return
    this.#cancelSent = true
    this.#context.log.debug('sip cancel sent', { callId: this.identity.callId, why: this.#ending })
    // §9.1: to where the INVITE went, by the way it went.
    const { request, target } = this.#sent?.transaction ?? {
      request: this.#request,
      target: this.#target,
    }
    this.#context.layer.request(createCancel(request, this.#reason), target, {
      onResponse: () => undefined,
      onFailure: () => undefined,
    })
    // §9.1: without a final response for 64*T1 the INVITE counts as canceled.
    const patience = this.#context.clock.setTimer(64 * this.#context.timers.t1Ms, () => {
      this.#sent?.transaction.abandon()
      this.#finish({ kind: this.#ending ?? 'canceled' })
    })
    this.#timers.push(patience)
  }

  #finish(outcome: InviteOutcome): void {
    if (this.#over) return
    this.#over = true
    for (const timer of this.#timers) timer.cancel()
    for (const [tag, leg] of this.#legs) if (!this.#confirmed.has(tag)) leg.forget()
    const status = 'status' in outcome ? { status: outcome.status } : {}
    const { callId } = this.identity
    this.#context.log.debug('sip invite over', { callId, outcome: outcome.kind, ...status })
    this.#resolve(outcome)
  }
}

/** Lower-case long names; repeated headers joined, as lists mean the same. */
function headerRecord(response: SipResponse): Record<string, string> {
  const record: Record<string, string> = {}
  for (const [name, value] of response.headers) {
    const key = headerKey(name)
    if (key === '__proto__') continue
    const text = utf8Text(value)
    record[key] = record[key] === undefined ? text : `${record[key]}, ${text}`
  }
  return record
}
